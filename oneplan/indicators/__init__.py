"""What is measured of the spaces, how, since when, from which table of which source, and its values and targets."""
