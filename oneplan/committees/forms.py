"""Forms of committees: constitute, seat, record a resolution."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from oneplan.committees.choices import Capacity, Decision, Method
from oneplan.committees.models import Committee, Seat
from oneplan.committees.queries import SeatToday
from oneplan.frameworks.queries import ruleset, rulesets
from oneplan.institutions.models import Post


def date_input() -> forms.DateInput:
    """A date field as browsers show it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ConstituteForm(forms.Form):
    """After which rule set a committee is constituted."""

    ruleset = forms.ChoiceField(
        label=_("Rule set"), help_text=_("Its template names the seats, the chair and the quorum.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["ruleset"]).choices = [
            (each.code, f"{each.label}: {each.title}") for each in rulesets()
        ]


class SeatForm(forms.Form):
    """Which post gets a seat, and in what capacity."""

    post = forms.CharField(
        label=_("Post"), max_length=120, help_text=_("The post's code; suggestions follow the rule set as you type."),
        widget=forms.TextInput(attrs={"list": "posts", "autocomplete": "off"}),
    )  # fmt: skip
    capacity = forms.ChoiceField(label=_("Capacity"), choices=Capacity.choices, initial=Capacity.MEMBER)

    def __init__(self, *args: Any, committee: Committee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {each.capacity.value for each in ruleset(committee.ruleset).committee(committee.kind).seats}
        cast(forms.ChoiceField, self.fields["capacity"]).choices = [
            each for each in Capacity.choices if each[0] in given | {Capacity.MEMBER.value}
        ]

    def clean_post(self) -> Post:
        """The post of that code."""
        code = self.cleaned_data["post"].strip()
        post = Post.objects.select_related("institution").filter(code__iexact=code).first()
        if post is None:
            raise forms.ValidationError(_("There is no post with this code. Choose one from the list."))
        return post


class UnseatForm(forms.Form):
    """Why a seat ends."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class ResolutionForm(forms.Form):
    """A meeting and what it resolved. One checkbox and one name for each seat of that day."""

    held_on = forms.DateField(label=_("Held on"), widget=date_input())
    decision = forms.ChoiceField(label=_("Decision"))
    copy_hash = forms.CharField(label=_("Hash of the signing copy"), required=False, max_length=64)
    text = forms.CharField(label=_("What was resolved"), widget=forms.Textarea(attrs={"rows": 4}))
    method = forms.ChoiceField(label=_("How it was decided"), choices=Method.choices, initial=Method.CONSENSUS)
    votes_for = forms.IntegerField(label=_("For"), required=False, min_value=0)
    votes_against = forms.IntegerField(label=_("Against"), required=False, min_value=0)
    abstained = forms.IntegerField(label=_("Abstained"), required=False, min_value=0)
    dissent = forms.CharField(
        label=_("Dissent, as the minutes have it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    minutes = forms.FileField(label=_("Minutes or signed resolution"), required=False)

    def __init__(
        self, *args: Any, committee: Committee, seats: list[SeatToday], standing_copy: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy_hash"].help_text = (
            _("Filled in: the signing copy that is out now. A resolution about it cites its hash, so that nobody can"
              " take it for another text. Empty it for a resolution about something else.")
            if standing_copy
            else _("No signing copy is out now. Leave it empty for a resolution about something else; a resolution"
                   " about a signing copy cites the 64 characters that the adoption page shows.")
        )  # fmt: skip
        adoption = ruleset(committee.ruleset).adoption
        own = [Decision.REFER_BACK, Decision.OTHER]
        if adoption.approves == committee.kind:
            own.insert(0, Decision.APPROVE)
        if adoption.submits == committee.kind:
            own.insert(0, Decision.SUBMIT)
        cast(forms.ChoiceField, self.fields["decision"]).choices = [(each.value, each.label) for each in own]
        self.seats = seats
        for each in seats:
            words = {"seat": each.seat.post, "institution": each.seat.post.institution}
            self.fields[f"present_{each.seat.pk}"] = forms.BooleanField(
                label=_now("%(seat)s, %(institution)s") % words, required=False
            )
            self.fields[f"stand_in_{each.seat.pk}"] = forms.CharField(
                label=_now("Represented by, for %(seat)s, %(institution)s") % words, required=False, max_length=160
            )

    COUNTS = ("votes_for", "votes_against", "abstained")

    @property
    def words(self) -> list[forms.BoundField]:
        """The fields that are neither about attendance nor counts of a vote."""
        apart = ("present_", "stand_in_", *self.COUNTS)
        return [self[name] for name in self.fields if not name.startswith(apart)]

    @property
    def counts(self) -> list[forms.BoundField]:
        """What only a vote asks for."""
        return [self[name] for name in self.COUNTS]

    def clean(self) -> dict[str, Any]:
        """A consensus has no counts; what was typed before it was chosen does not count."""
        given = super().clean() or {}
        if given.get("method") == Method.CONSENSUS:
            given |= dict.fromkeys(self.COUNTS)
        return given

    @property
    def attendance(self) -> list[tuple[SeatToday, forms.BoundField, forms.BoundField]]:
        """Each seat with its checkbox and the name of who stood in."""
        return [(each, self[f"present_{each.seat.pk}"], self[f"stand_in_{each.seat.pk}"]) for each in self.seats]

    def present(self) -> dict[Seat, str]:
        """The seats present and who stood in for each holder; a name alone also means that the seat was present."""
        given = self.cleaned_data
        return {
            each.seat: given[f"stand_in_{each.seat.pk}"]
            for each in self.seats
            if given[f"present_{each.seat.pk}"] or given[f"stand_in_{each.seat.pk}"]
        }
