"""Settings, environment, addresses, schedule: the one room that knows every other."""
