"""From files to observations, and from observations to the graph."""
