/*
The first schema. Constraints and indexes are generated from graph/schema.py, so there is nothing to change yet.
*/
RETURN 1 AS version
