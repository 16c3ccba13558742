"""The thread between rooms: which commitment is which project, and which projects get in each other's way."""
