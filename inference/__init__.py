"""From facts to evidence, beliefs and assessments."""
