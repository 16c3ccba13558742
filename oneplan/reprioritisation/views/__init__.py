"""The pages of asks for money."""
