"""What is measured, since when, by whom and how well: indicators, observations, what is computed from them."""
