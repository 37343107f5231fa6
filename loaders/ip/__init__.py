"""IP enrichment without a store: bundled tables, lists and databases of the user, look-up by column."""
