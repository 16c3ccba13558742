"""Time as government counts it: the clock, financial years, months. Knows no Django."""
