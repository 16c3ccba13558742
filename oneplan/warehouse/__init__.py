"""Columnar facts: builds, checks, and the one door to DuckDB, Ibis and Spark."""
