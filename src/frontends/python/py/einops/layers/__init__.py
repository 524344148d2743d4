"""einops.layers: patterns as modules."""
