"""How good the answers are on resolved cases, and how to make their probabilities honest."""
