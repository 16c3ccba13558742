"""Measures computed by a published method: arrays in, frozen results out. Knows no database and no Django."""
