"""Rand: read, written and shown; never a float. Knows no Django."""

from oneplan.money.rand import BadAmount, exact_rand, format_rand, format_rand_short, parse_rand

__all__ = ["BadAmount", "exact_rand", "format_rand", "format_rand_short", "parse_rand"]
