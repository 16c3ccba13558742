"""Values between demarcations: what changed, how a value converts, what is known of its error, and when it cannot.

Pure, `outlines` aside: codes, whole numbers and fractions in, the same out. Why so: docs/adr/0016.
"""
