"""Addresses of workbooks."""

from django.urls import path

from oneplan.workbooks import views

app_name = "workbooks"
RETURN = "workbooks/returns/<int:pk>/"
urlpatterns = [
    path("spaces/<str:code>/workbooks/", views.workbooks, name="workbooks"),
    path("spaces/<str:code>/workbooks/return/", views.return_workbook, name="return_workbook"),
    path("institutions/<str:code>/workbooks/", views.party_workbooks, name="party_workbooks"),
    path("workbooks/<int:pk>/", views.workbook, name="workbook"),
    path("workbooks/<int:pk>/file/", views.file, name="file"),
    path("workbooks/<int:pk>/progress/", views.making, name="making"),
    path(RETURN, views.comparison, name="comparison"),
    path(RETURN + "decide/", views.decide_return, name="decide_return"),
    path(RETURN + "refuse/", views.refuse_return, name="refuse_return"),
    path(RETURN + "restart/", views.restart_return, name="restart_return"),
    path(RETURN + "progress/", views.progress, name="progress"),
    path(RETURN + "report.json", views.report, name="report"),
    path(RETURN + "annotated.xlsx", views.annotated, name="annotated"),
]
