from django.urls import path

from oneplan.source_plans import views

app_name = "source_plans"

urlpatterns = [
    path("source-plans/", views.plan_list, name="plan_list"),
    path("source-plans/list.csv", views.plans_csv, name="plans_csv"),
    path("source-plans/register/", views.register_plan, name="register_plan"),
    path("source-plans/<slug:code>/", views.plan, name="plan"),
    path("source-plans/templates/<str:name>", views.template, name="template"),
    path("source-plans/<slug:code>/items.xlsx", views.items_xlsx, name="items_xlsx"),
    path("source-plans/<slug:code>/items.csv", views.items_csv, name="items_csv"),
    path("source-plans/<slug:code>/amend/", views.amend_plan, name="amend_plan"),
    path("source-plans/<slug:code>/withdraw/", views.withdraw_plan, name="withdraw_plan"),
    path("source-plans/<slug:code>/items/write/", views.write_item, name="write_item"),
    path("source-plans/<slug:code>/items/<int:pk>/change/", views.write_item, name="change_item"),
    path("source-plans/<slug:code>/items/<int:pk>/withdraw/", views.withdraw_item, name="withdraw_item"),
]
