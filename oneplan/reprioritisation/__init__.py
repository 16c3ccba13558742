"""Asks for money, routed to accounting officers inside legal windows, answered by code, traced into budgets."""
