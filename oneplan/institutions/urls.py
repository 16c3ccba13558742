from django.urls import path

from oneplan.institutions import views

app_name = "institutions"
urlpatterns = [
    path("institutions/", views.institutions, name="institutions"),
    path("institutions/register/", views.register_institution, name="register_institution"),
    path("institutions/<str:code>/", views.institution, name="institution"),
    path("institutions/<str:code>/correct/", views.update_institution, name="update_institution"),
    path("institutions/<str:code>/rename/", views.rename_institution, name="rename_institution"),
    path("institutions/<str:code>/names/", views.add_alias, name="add_alias"),
    path("institutions/<str:code>/merge/", views.merge_institutions, name="merge_institutions"),
    path("institutions/<str:code>/mergers/<int:number>/undo/", views.undo_merger, name="undo_merger"),
    path("institutions/<str:code>/posts/", views.register_post, name="register_post"),
    path("posts/<str:code>/", views.post, name="post"),
    path("posts/<str:code>/fill/", views.fill_post, name="fill_post"),
    path("posts/<str:code>/invite/", views.invite_into_post, name="invite_into_post"),
    path("posts/<str:code>/holdings/<int:number>/vacate/", views.vacate_post, name="vacate_post"),
    path("posts/<str:code>/delegate/", views.delegate_powers, name="delegate_powers"),
    path("posts/<str:code>/delegations/<int:number>/end/", views.end_delegation, name="end_delegation"),
    path("spaces/<str:code>/champions/", views.champions, name="champions"),
    path("spaces/<str:code>/champions/<int:number>/retire/", views.retire_champion, name="retire_champion"),
]
