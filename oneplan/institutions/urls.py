from django.urls import path

from oneplan.institutions import views

app_name = "institutions"
urlpatterns = [
    path("institutions/", views.institutions, name="institutions"),
    path("institutions/<str:code>/", views.institution, name="institution"),
    path("posts/<str:code>/", views.post, name="post"),
    path("posts/<str:code>/fill/", views.fill_post, name="fill_post"),
    path("posts/<str:code>/holdings/<int:number>/vacate/", views.vacate_post, name="vacate_post"),
    path("posts/<str:code>/delegate/", views.delegate_powers, name="delegate_powers"),
    path("posts/<str:code>/delegations/<int:number>/end/", views.end_delegation, name="end_delegation"),
    path("spaces/<str:code>/champions/", views.champions, name="champions"),
    path("spaces/<str:code>/champions/<int:number>/retire/", views.retire_champion, name="retire_champion"),
]
