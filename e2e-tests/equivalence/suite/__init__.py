"""Is a fused function what it was alone? Generated requests to both, and every difference."""
