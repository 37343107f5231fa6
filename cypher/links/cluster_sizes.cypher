// How many memberships each run of links has in the graph.
MATCH (:Account)-[m:MEMBER_OF]->(:Cluster)
RETURN m.run AS run, count(m) AS members
