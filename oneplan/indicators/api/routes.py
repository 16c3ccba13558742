from ninja import Router

from oneplan.access.bearers import OPEN

router = Router(tags=["Indicators"], auth=OPEN)
