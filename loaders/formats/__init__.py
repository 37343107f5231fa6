"""One module a format; each declares what it recognises and yields rows of observation tables."""
