"""What every test shares: the register is loaded once, the data folder is a temporary one, sockets stay closed."""
