from django.urls import path

from oneplan.reprioritisation.views import ask, bulk, lists

app_name = "reprioritisation"

urlpatterns = [
    path("asks/", lists.ask_list, name="ask_list"),
    path("asks/list.<slug:form>", lists.ask_file, name="ask_file"),
    path("asks/new/", ask.draft_ask, name="draft_ask"),
    path("asks/answers/", bulk.answer_several, name="answer_several"),
    path("asks/answers/workbook/", bulk.answers_workbook, name="answers_workbook"),
    path("asks/answers/return/", bulk.return_answers, name="return_answers"),
    path("asks/<slug:ref>/", ask.ask, name="ask"),
    path("asks/<slug:ref>/revise/", ask.revise_ask, name="revise_ask"),
    path("asks/<slug:ref>/route/", ask.route_ask, name="route_ask"),
    path("asks/<slug:ref>/answer/", ask.answer_ask, name="answer_ask"),
    path("asks/<slug:ref>/move/", ask.move_ask, name="move_ask"),
    path("asks/<slug:ref>/withdraw/", ask.withdraw_ask, name="withdraw_ask"),
    path("asks/<slug:ref>/steps/<int:pk>/document/", ask.step_document, name="step_document"),
]
