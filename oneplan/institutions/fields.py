"""Form fields that name institutions and posts."""

from typing import Any

from django import forms

from oneplan.institutions.models import Institution, Post


class PostChoice(forms.ModelChoiceField[Post]):
    """A post, named with its institution."""

    def label_from_instance(self, post: Any) -> str:
        return f"{post.institution.name} · {post.title}"


class InstitutionChoice(forms.ModelChoiceField[Institution]):
    """An institution by name and code: names are not unique across provinces."""

    def label_from_instance(self, institution: Any) -> str:
        return f"{institution.name} ({institution.pk})"
