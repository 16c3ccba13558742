from ninja import Router

from oneplan.access.authentication import OPEN, SIGNED_IN

public = Router(tags=["Projects"], auth=OPEN)
router = Router(tags=["Projects"], auth=SIGNED_IN)
