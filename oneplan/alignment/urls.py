from django.urls import path

from oneplan.alignment.views import clashes, gap, ties

app_name = "alignment"

urlpatterns = [
    path("clashes/", clashes.clash_list, name="clash_list"),
    path("clashes/list.csv", clashes.clashes_csv, name="clashes_csv"),
    path("clashes/<int:pk>/", clashes.clash, name="clash"),
    path("clashes/<int:pk>/dismiss/", clashes.dismiss_clash, name="dismiss_clash"),
    path("clashes/<int:pk>/reopen/", clashes.reopen_clash, name="reopen_clash"),
    path("spaces/<str:code>/gap/", gap.gap, name="gap"),
    path("ties/<int:pk>/confirm/", ties.confirm_tie, name="confirm_tie"),
    path("ties/<int:pk>/reject/", ties.reject_tie, name="reject_tie"),
    path("ties/<int:pk>/undo/", ties.undo_tie, name="undo_tie"),
]
