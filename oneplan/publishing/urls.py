"""Addresses of the plan's forms."""

from django.urls import path, register_converter

from oneplan.publishing import views
from oneplan.publishing.choices import Form, ProfileForm
from oneplan.publishing.json_schema import DRAFT as DRAFT_SCHEMA
from oneplan.publishing.json_schema import SEALED as SEALED_SCHEMA


class FormConverter:
    """A form in which a plan is handed out."""

    regex = "|".join(Form.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ProfileFormConverter(FormConverter):
    """A form in which a profile is handed out."""

    regex = "|".join(value.replace(".", r"\.") for value in ProfileForm.values)


register_converter(FormConverter, "form")
register_converter(ProfileFormConverter, "profile_form")

app_name = "publishing"

ADOPTED = "plans/<str:code>/editions/<int:number>/downloads/"
DRAFT = "spaces/<str:code>/plan/<int:number>/downloads/"

urlpatterns = [
    path("plans/<str:code>/downloads/", views.public_downloads, name="public_downloads"),
    path(ADOPTED, views.public_downloads, name="edition_downloads"),
    path(ADOPTED + "<form:form>/", views.public_file, name="public_file"),
    path(ADOPTED + "<form:form>/ask/", views.public_ask, name="public_ask"),
    path(ADOPTED + "<form:form>/progress/", views.public_progress, name="public_progress"),
    path(DRAFT, views.downloads, name="downloads"),
    path(DRAFT + "<form:form>/", views.file, name="file"),
    path(DRAFT + "<form:form>/ask/", views.ask, name="ask"),
    path(DRAFT + "<form:form>/progress/", views.progress, name="progress"),
    path("spaces/<str:code>/brief.pdf", views.district_brief, name="district_brief"),
    path("spaces/<str:code>/profile/<profile_form:form>", views.profile_file, name="profile_file"),
    path("spaces/<str:code>/meeting-brief.pdf", views.meeting_brief, name="meeting_brief"),
    path(f"schemas/{SEALED_SCHEMA}.json", views.schema, {"name": SEALED_SCHEMA}, name="schema"),
    path(f"schemas/{DRAFT_SCHEMA}.json", views.schema, {"name": DRAFT_SCHEMA}, name="draft_schema"),
]
