"""Data in and out: how a file is read, checked, reported on and, if accepted, handed to the room that owns it."""
