from ninja import Router

from oneplan.access.bearers import OPEN

# Rooms above add what they know to the same addresses: who reads an edition, and from where.
router = Router(tags=["Plans"], auth=OPEN)
