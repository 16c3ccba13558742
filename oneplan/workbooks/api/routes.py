from ninja import Router

from oneplan.access.bearers import SIGNED_IN

router = Router(tags=["Workbooks"], auth=SIGNED_IN)
