from django.urls import path

from oneplan.ledger.views import cycles, ledger

app_name = "ledger"

urlpatterns = [
    path("ledger/", ledger.national, name="national"),
    path("ledger/changes/", ledger.changes, name="changes"),
    path("ledger/reconciliation/", ledger.reconciliation, name="reconciliation"),
    path("ledger/cycles/", cycles.cycle_list, name="cycle_list"),
    path("ledger/cycles/open/", cycles.open_cycle, name="open_cycle"),
    path("ledger/cycles/compute/", cycles.compute_ledger, name="compute_ledger"),
    path("ledger/cycles/<str:ref>/close/", cycles.close_cycle, name="close_cycle"),
    path("spaces/<str:code>/money-ledger/", ledger.of_space, name="of_space"),
    path("institutions/<str:code>/money-ledger/", ledger.of_institution, name="of_institution"),
    path("commitments/<str:ref>/money-ledger/", ledger.of_commitment, name="of_commitment"),
]
