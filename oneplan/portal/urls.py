from django.urls import path

from oneplan.portal.views import areas, board, find, home, inbox, memory, public, space, verify

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("plans/", public.public_plans, name="public_plans"),
    path("plans/<str:code>/", public.public_plan, name="public_plan"),
    path("plans/<str:code>/bundle.json", public.bundle, name="bundle"),
    path("plans/<str:code>/editions/<int:number>/", public.public_edition, name="public_edition"),
    path("plans/<str:code>/editions/<int:number>/bundle.json", public.edition_bundle, name="edition_bundle"),
    path("plans/<str:code>/editions/<int:number>/promises/<str:ref>/", public.public_promise, name="public_promise"),
    path("verify/", verify.verify, name="verify"),
    path("verify/keys/", verify.keys, name="keys"),
    path("board/", board.board, name="board"),
    path("spaces/", home.spaces, name="spaces"),
    path("spaces/<str:code>/", space.space_home, name="space"),
    path("functional-areas/", areas.functional_area_list, name="functional_areas"),
    path("functional-areas/<slug:code>/", areas.functional_area, name="functional_area"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/gates/<str:code>/", inbox.gate_debts, name="gate_debts"),
    path("search/", find.search, name="search"),
    path("history/<path:subject>/", memory.history, name="history"),
    path("log/", memory.log, name="log"),
    path("log/verify/", memory.verify_log, name="verify_log"),
]
