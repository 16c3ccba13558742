"""A select drawn here is the one that Django's templates draw."""

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from oneplan.platform.web.controls import Renderer

CHOICES = [
    ("", "all"),
    ("a&b", "<Roads> & 'water'"),
    ("safe", mark_safe("<b>bold</b>")),
    ("Group <1>", [("1", "one"), (2, "two")]),
]


class _Form(forms.Form):
    one = forms.ChoiceField(
        choices=CHOICES, widget=forms.Select(attrs={"data-x": '"<', "required": False, "hidden": True})
    )
    many = forms.MultipleChoiceField(choices=CHOICES)


def test_it_is_the_same_sign_for_sign() -> None:
    data = {"one": "a&b", "many": ["2", "safe"]}
    for name in ("one", "many"):
        ours, theirs = _Form(data, renderer=Renderer()), _Form(data, renderer=DjangoTemplates())
        assert str(ours[name]) == str(theirs[name])
        assert "selected" in str(ours[name])


def test_an_empty_choice_without_words_says_what_it_means() -> None:
    class Form(forms.Form):
        post = forms.ChoiceField(choices=[BLANK_CHOICE_DASH[0], ("a", "Roads")])
        space = forms.ChoiceField(choices=[BLANK_CHOICE_DASH[0], ("a", "Roads")], required=False)

    form = Form(renderer=Renderer())
    assert '<option value="" selected>choose…</option>' in str(form["post"])
    assert '<option value="" selected>none</option>' in str(form["space"])
    assert "----" not in str(form)
