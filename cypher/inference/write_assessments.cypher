// Outcomes of a batch of accounts. rows: {account, properties}
UNWIND $rows AS row
MATCH (a:Account {id: row.account})
CREATE (a)-[:ASSESSED_AS]->(s:Assessment)
SET s = row.properties
