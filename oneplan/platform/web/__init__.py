"""What every page shares: frame, components, answers to HTMX, CSV and downloads. Knows no domain noun."""
