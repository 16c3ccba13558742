"""What became of each commitment's money, cycle by cycle: funded, moved, spent."""
