"""Figures from plain records. Nothing here speaks to a graph."""
