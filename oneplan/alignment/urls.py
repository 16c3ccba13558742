from django.urls import path

from oneplan.alignment.views import clashes, gap, linking, links, ties

app_name = "alignment"

urlpatterns = [
    path("clashes/", clashes.clash_list, name="clash_list"),
    path("clashes/list.csv", clashes.clashes_csv, name="clashes_csv"),
    path("clashes/<int:pk>/", clashes.clash, name="clash"),
    path("clashes/<int:pk>/dismiss/", clashes.dismiss_clash, name="dismiss_clash"),
    path("clashes/<int:pk>/reopen/", clashes.reopen_clash, name="reopen_clash"),
    path("links/", links.link_list, name="link_list"),
    path("links/list.csv", links.links_csv, name="links_csv"),
    path("links/new/", linking.write_link, name="write_link"),
    path("links/decide/", linking.decide_links, name="decide_links"),
    path("links/<int:pk>/", links.link, name="link"),
    path("links/<int:pk>/confirm/", linking.confirm_link, name="confirm_link"),
    path("links/<int:pk>/reject/", linking.reject_link, name="reject_link"),
    path("links/<int:pk>/dispute/", linking.dispute_link, name="dispute_link"),
    path("links/<int:pk>/withdraw/", linking.withdraw_link, name="withdraw_link"),
    path("links/<int:pk>/reopen/", linking.reopen_link, name="reopen_link"),
    path("links/<int:pk>/share/", linking.share_line, name="share_line"),
    path("links/<int:pk>/answer/", linking.answer_link, name="answer_link"),
    path("spaces/<str:code>/gap/", gap.gap, name="gap"),
    path("ties/<int:pk>/confirm/", ties.confirm_tie, name="confirm_tie"),
    path("ties/<int:pk>/reject/", ties.reject_tie, name="reject_tie"),
    path("ties/<int:pk>/undo/", ties.undo_tie, name="undo_tie"),
]
