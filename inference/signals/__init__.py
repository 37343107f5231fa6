"""One module a signal: facts in, weighed items out."""
