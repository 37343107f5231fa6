"""Engines, store, schema as data, migrations. Knows no signal."""
