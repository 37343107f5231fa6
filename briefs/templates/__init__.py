"""Jinja templates of the HTML brief."""
