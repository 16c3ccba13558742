"""Data in and out: how any file is read, checked, reported on and, if it is accepted, handed to the room that owns it."""
