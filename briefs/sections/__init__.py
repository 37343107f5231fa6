"""The sections of a brief, one module each; numbers follow the fixed table of contents, some are not written yet."""
