"""Only `.cypher` files live here; `attrigraph.graph.statements` reads them."""
