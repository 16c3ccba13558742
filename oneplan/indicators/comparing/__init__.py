"""Honest comparison: fair peers, quarters, what stands out, sentences and the scorecard. Pure; no database.

Values come in and findings go out as the frozen dataclasses of `values`. Every rule has a version, its numbers in a
dataclass, and a sentence that says them, so that a page can print the rule beside what it yields.
"""
