"""Measures worked out from what a build serves: `computed` does the arithmetic, this says of which values."""
