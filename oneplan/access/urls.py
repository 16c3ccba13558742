from django.urls import path

from oneplan.access import views

app_name = "access"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite_user, name="invite_user"),
    path("people/invitations/<int:pk>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/grant/", views.grant_role, name="grant_role"),
    path("people/<int:pk>/revoke/<int:assignment>/", views.revoke_role, name="revoke_role"),
    path("people/<int:pk>/close/", views.deactivate_user, name="deactivate_user"),
    path("people/<int:pk>/open/", views.reactivate_user, name="reactivate_user"),
    path("invitation/<str:secret>/", views.accept_invitation, name="accept_invitation"),
    path("roles/", views.roles, name="roles"),
    path("account/", views.account, name="account"),
]
