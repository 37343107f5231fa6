"""Country-of-origin briefs: document model, lint, renderers. Nothing here computes a number."""
