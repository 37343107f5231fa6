// Remove the clusters of a run of links.
MATCH (c:Cluster {run: $run})
DETACH DELETE c
