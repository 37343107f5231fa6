// How many edges of joint activity each run of links has in the graph.
MATCH (:Account)-[r:ACTS_WITH]->(:Account)
RETURN r.run AS run, count(r) AS edges
