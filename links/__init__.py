"""Who acts together, who shares infrastructure, who mirrors whom."""
