"""Forms of commitments. They offer what may be chosen; what may be written is decided by the actions' rules."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.commitments import queries
from oneplan.commitments.choices import CommitmentKind, CommitmentState, FundingStatus, Novelty, Placing, ProjectStage
from oneplan.commitments.models import Commitment, Pledge
from oneplan.commitments.rules import latest_tabled, medium_term_budgets
from oneplan.frameworks.queries import markers
from oneplan.institutions.choices import Sphere
from oneplan.institutions.fields import InstitutionChoice, PostChoice
from oneplan.institutions.models import Institution, Post
from oneplan.money import format_rand
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.documents import Document
from oneplan.platform.web.inputs import DayInput, NumberInput, RandInput
from oneplan.spaces.fields import WardInput
from oneplan.spaces.models import MunicipalArea, Space
from oneplan.spaces.queries import area_names

Choices = list[tuple[str, Any]]


def _areas() -> Choices:
    return [(area.code, area.label) for area in queries.areas()]


def _blank(choices: Any, word: Any = "–") -> Choices:
    return [("", word), *choices]


class TermsForm(forms.Form):
    """What a commitment says: the six protocol elements, and where it lands."""

    title = forms.CharField(label=_("Title"), max_length=300, help_text=_("What will be done, in a few words."))
    description = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=CommitmentKind.choices, initial=CommitmentKind.PROJECT)
    area = forms.ChoiceField(label=_("Transformation area"), choices=_areas)
    novelty = forms.ChoiceField(
        label=_("New, accelerated, redirected or existing"), choices=Novelty.choices,
        help_text=_("The Framework, section 7 c: not just legacy projects."),
    )  # fmt: skip
    is_catalytic = forms.BooleanField(
        label=_("Catalytic: multi-year, intergovernmental, of high value"), required=False
    )
    objective = forms.CharField(label=_("Objectives"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    indicator = forms.CharField(label=_("Measurable indicator"), max_length=300, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=60, required=False)
    baseline = NumberInput(label=_("Baseline"), required=False)
    target = NumberInput(label=_("Target"), required=False)
    target_on = DayInput(label=_("Target reached on"), required=False)
    outputs = forms.CharField(label=_("Outcomes and outputs"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    start_on = DayInput(label=_("Start"), required=False)
    finish_on = DayInput(label=_("Finish"), required=False)
    total_cost = RandInput(label=_("Total cost, rand"), required=False, help_text=_("Leave it empty if it is unknown."))
    spent_before = RandInput(label=_("Spent before the first pledged year, rand"), required=False)
    project_stage = forms.ChoiceField(label=_("Project stage"), choices=_blank(ProjectStage.choices), required=False)
    municipal_areas = forms.ModelMultipleChoiceField(
        MunicipalArea.objects.none(), label=_("Municipal areas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    ward = WardInput(label=_("Ward code"), required=False, help_text=_("Eight digits, where it lies in one ward."))
    whole_space = forms.BooleanField(label=_("It serves the whole space"), required=False)
    place_text = forms.CharField(label=_("Place in words"), max_length=300, required=False)
    longitude = forms.FloatField(label=_("Longitude"), required=False, widget=forms.TextInput)
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, widget=forms.TextInput,
        help_text=_("A point counts as placed only once legal boundaries are imported."),
    )  # fmt: skip

    def offer(self, spaces: list[str]) -> None:
        """The municipal areas of the spaces with a share."""
        field: Any = self.fields["municipal_areas"]
        field.queryset = MunicipalArea.objects.filter(space_id__in=spaces)

    def given(self) -> dict[str, Any]:
        """The terms as the actions take them."""
        return {name: self.cleaned_data[name] for name in TermsForm.base_fields}


class ProposeForm(TermsForm):
    """A new commitment: who leads, and what."""

    lead = InstitutionChoice(
        Institution.objects.none(), label=_("Lead institution"),
        help_text=_("It is asked; nothing is agreed until its accounting officer agrees."),
    )  # fmt: skip
    responsibility = forms.CharField(
        label=_("What the lead is responsible for"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    field_order = ("title", "lead", "area", "kind", "novelty", "is_catalytic")

    def __init__(self, space: Space, *, only: list[str] | None, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.offer([space.pk])
        field: Any = self.fields["lead"]
        field.queryset = Institution.objects.filter(merged_into=None, valid_to=None)
        if only is not None:
            field.queryset = field.queryset.filter(pk__in=only)


class TwoVersions(forms.Form):
    """A form whose text can stand beside what another stored meanwhile, field by field, so that nothing is lost."""

    COMPARED: tuple[str, ...] = ()
    MANY: tuple[str, ...] = ()  # fields with several values

    def raw(self, name: str) -> str:
        """What a field shows, as text that can be sent again; several values joined by commas."""
        value = self[name].value()
        if isinstance(value, list | tuple):
            return ",".join(sorted(str(each) for each in value))
        if isinstance(value, bool):
            return "on" if value else ""
        if value is None:
            return ""
        return value.isoformat() if hasattr(value, "isoformat") else str(value)

    def shown(self, name: str) -> str:
        """The same in words, for a person who compares."""
        raw, labels = self.raw(name), {}
        for key, label in getattr(self.fields[name], "choices", ()) or ():
            pairs = label if isinstance(label, list | tuple) else [(key, label)]  # a group of choices holds pairs
            labels.update({str(getattr(one, "value", one)): str(words) for one, words in pairs})
        return ", ".join(labels.get(part, part) for part in raw.split(",")) if labels else raw

    def parts(self, stored: "TwoVersions") -> list[dict[str, Any]]:
        """Where mine and the stored version differ, for the conflict page."""
        return [
            {
                "name": name, "label": str(self.fields[name].label), "yours": self.shown(name) or "–",
                "value": self.raw(name), "stored": stored.shown(name) or "–",
                "merge": isinstance(self.fields[name].widget, forms.Textarea),
            }
            for name in self.COMPARED
            if self.raw(name) != stored.raw(name)
        ]  # fmt: skip

    def joined(self, choice: QueryDict, reason: str) -> QueryDict:
        """What the reader chose on the conflict page, on top of what is stored, which this form holds."""
        data = QueryDict(mutable=True)
        for name in self.COMPARED:
            value = self.raw(name)
            if choice.get(f"choose_{name}") == "yours":
                value = choice.get(f"merge_{name}") or choice.get(f"yours_{name}", "")
            data.setlist(name, value.split(",") if name in self.MANY and value else [value] if value else [])
        data["revision"], data["reason"] = choice.get("revision", ""), reason
        return data


class AmendForm(TwoVersions, TermsForm):
    """An existing commitment. It carries the revision that was read."""

    COMPARED = (*TermsForm.base_fields, "accountable_post")
    MANY = ("municipal_areas",)

    accountable_post = PostChoice(Post.objects.none(), label=_("Accountable office"), required=False)
    reason = forms.CharField(
        label=_("Why it is changed"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept and shown. Parties that agreed or signed are asked anew."),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, commitment: Commitment, data: Any = None) -> None:
        super().__init__(data, initial=self.read(commitment))
        self.offer(queries.share_codes(commitment))
        field: Any = self.fields["accountable_post"]
        field.queryset = Post.objects.filter(institution=commitment.lead_id).select_related("institution")
        if not commitment.area:
            area: Any = self.fields["area"]
            area.required, area.choices = False, _blank(_areas(), _("not stated"))

    @staticmethod
    def read(commitment: Commitment) -> dict[str, Any]:
        """What each field holds now."""
        held = {name: getattr(commitment, name) for name in TermsForm.base_fields if name != "municipal_areas"}
        return {
            **held,
            "municipal_areas": [area.pk for area in commitment.municipal_areas.all()],
            "accountable_post": commitment.accountable_post_id,
            "revision": commitment.revision,
        }

    def given(self) -> dict[str, Any]:
        return {**super().given(), "accountable_post": self.cleaned_data["accountable_post"]}


class ReasonForm(forms.Form):
    """A reason and the revision that was seen."""

    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class LeadForm(ReasonForm):
    """Another leading institution."""

    institution = InstitutionChoice(Institution.objects.filter(merged_into=None, valid_to=None), label=_("Institution"))
    field_order = ("institution", "reason")


class PartyForm(forms.Form):
    """Another party."""

    institution = InstitutionChoice(Institution.objects.filter(merged_into=None, valid_to=None), label=_("Institution"))
    responsibility = forms.CharField(label=_("Responsible for"), widget=forms.Textarea(attrs={"rows": 2}))


class ResponsibilityForm(forms.Form):
    """What a party does."""

    responsibility = forms.CharField(label=_("Responsible for"), widget=forms.Textarea(attrs={"rows": 3}))


def year_choices() -> Choices:
    """Financial years with their basis, from the first known medium-term budget to ten years beyond the last."""
    first = min(each.first_year for each in medium_term_budgets())
    last = max(each.last_year for each in medium_term_budgets()) + 10
    return [
        (f"{basis} ({FinancialYear(2026, basis).long.partition(' ')[2].strip('()')})",
         [(f"{start}-{basis}", FinancialYear(start, basis).long) for start in range(first, last + 1)])
        for basis in Basis
    ]  # fmt: skip


class PledgeForm(forms.Form):
    """Money, or the lack of it, in one year from one source."""

    year = forms.ChoiceField(label=_("Financial year and basis"), choices=year_choices)
    amount = RandInput(label=_("Amount, rand"), help_text=_("For an unfunded line: the amount that is needed."))
    status = forms.ChoiceField(label=_("How firm"), choices=FundingStatus.choices)
    funding_source = forms.CharField(
        label=_("Funding source"), max_length=200, required=False,
        help_text=_("Vote and programme, grant, or own revenue: the budget line that pays."),
    )  # fmt: skip
    evidence = forms.FileField(
        label=_("Contract or statute"), required=False,
        help_text=_("Needed for committed or tabled money beyond the latest tabled medium-term budget."),
    )  # fmt: skip
    evidence_reference = forms.CharField(label=_("Cited as"), max_length=300, required=False)

    def __init__(self, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        today = clock.today()
        known = [latest_tabled(basis, today) for basis in Basis]
        self.fields["status"].help_text = _("Committed or tabled at most up to: %(years)s.") % {
            "years": "; ".join(f"{each.last.label} {each.basis} – {each.reference}" for each in known if each)
        }

    def clean_year(self) -> FinancialYear:
        year = queries.read_year(self.cleaned_data["year"])
        if year is None:
            raise forms.ValidationError(_t("Choose a financial year with its basis."))
        return year


class RevisePledgeForm(TwoVersions, PledgeForm):
    """A pledge that exists: with its revision, and a reason.

    `kept` names a file that its sender handed in already, before somebody else's version came in between.
    """

    COMPARED = ("year", "amount", "status", "funding_source", "evidence_reference", "kept")

    reason = forms.CharField(label=_("Why it is changed"), widget=forms.Textarea(attrs={"rows": 2}))
    revision = forms.IntegerField(widget=forms.HiddenInput)
    kept = forms.ModelChoiceField(
        Document.objects.none(), label=_("Contract or statute"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, pledge: Pledge, by: Actor, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial=self.read(pledge))
        field: Any = self.fields["kept"]
        field.queryset = Document.objects.filter(Q(pk=pledge.evidence_id) | Q(stored_by=by.user_id))

    @staticmethod
    def read(pledge: Pledge) -> dict[str, Any]:
        return {
            "year": f"{pledge.year}-{pledge.basis}", "amount": pledge.amount, "status": pledge.status,
            "funding_source": pledge.funding_source, "evidence_reference": pledge.evidence_reference,
            "revision": pledge.revision, "kept": pledge.evidence_id,
        }  # fmt: skip

    def raw(self, name: str) -> str:
        """Amounts are compared as rand, however they were written."""
        if name == "amount" and name in getattr(self, "cleaned_data", {}):
            return f"{self.cleaned_data[name]:.2f}"
        return super().raw(name)

    def shown(self, name: str) -> str:
        """Rand as rand, a file by its name."""
        if name == "amount" and self.raw(name):
            return format_rand(Decimal(self.raw(name)))
        if name == "kept":
            field: Any = self.fields[name]
            found = field.queryset.filter(pk=self.raw(name) or None).first()
            return found.name if found else ""
        return super().shown(name)


class DeliverForm(forms.Form):
    """That it happened, and what shows it."""

    delivered_on = DayInput(label=_("Delivered on"))
    evidence = forms.CharField(
        label=_("What shows it"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A completion certificate, a count, photographs: what, by whom, of which date."),
    )  # fmt: skip
    document = forms.FileField(label=_("Document"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class SharesForm(forms.Form):
    """Spaces and their fractions, one a line: "DC36 0,6"."""

    shares = forms.CharField(
        label=_("Shares"), widget=forms.Textarea(attrs={"rows": 4, "class": "code"}),
        help_text=_("One space a line: its code and its fraction, such as “DC36 0,6”. Together they make 1."),
    )  # fmt: skip
    valid_from = DayInput(label=_("From"))

    def clean_shares(self) -> dict[str, Decimal]:
        shares: dict[str, Decimal] = {}
        for line in self.cleaned_data["shares"].splitlines():
            if not line.strip():
                continue
            code, _gap, fraction = line.strip().partition(" ")
            try:
                shares[code.upper()] = Decimal(fraction.strip().replace(",", "."))
            except InvalidOperation:
                raise forms.ValidationError(
                    _t("“%(line)s” is no share. Write a code and a fraction, such as “DC36 0,6”.") % {"line": line}
                ) from None
        return shares


class MarkForm(forms.Form):
    """A cross-cutting marker with its justification."""

    marker = forms.ChoiceField(label=_("Marker"), choices=lambda: [(each.code, each.label) for each in markers()])
    justification = forms.CharField(label=_("How the commitment serves it"), widget=forms.Textarea(attrs={"rows": 2}))


class ServeForm(forms.Form):
    """Which outcomes and strategies of a space's plan the commitment serves."""

    refs = forms.MultipleChoiceField(label=_("Serves"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, space: Space, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["refs"]
        field.choices = [
            (element.ref, f"{element.ref} · {getattr(element, 'title', '') or getattr(element, 'statement', '')}")
            for element in queries.servable(space)
        ]


class SignForm(forms.Form):
    """The hash of the signing copy, and the word of the person who signs."""

    copy_hash = forms.CharField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(label=_("I have read the terms on this signing copy and sign for the institution."))


_YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class LedgerFilter(forms.Form):
    """The ledger's filters. A field may stand several times in the address: its values are alternatives."""

    FIRST = ("q", "area", "state", "party", "funding", "placed")

    q = forms.CharField(label=_("Text"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    area = forms.ChoiceField(label=_("Area"), required=False, choices=lambda: _blank(_areas(), _("all")))
    state = forms.ChoiceField(label=_("State"), required=False, choices=_blank(CommitmentState.choices, _("all")))
    party = forms.ChoiceField(label=_("Party"), required=False)
    funding = forms.ChoiceField(
        label=_("Money"),
        required=False,
        choices=_blank(
            [("funded", _("Funded")), ("part", _("In part")), ("unfunded", _("Unfunded")), ("unknown", _("Unknown"))],
            _("all"),
        ),
    )
    placed = forms.ChoiceField(label=_("Place"), required=False, choices=_blank(Placing.choices, _("all")))
    sphere = forms.ChoiceField(
        label=_("Sphere of a party"),
        required=False,
        choices=_blank([*Sphere.choices, ("other", _("Outside the state"))], _("all")),
    )
    year = forms.ChoiceField(
        label=_("Year of a pledge"), required=False, choices=lambda: _blank(year_choices(), _("all"))
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_blank(CommitmentKind.choices, _("all")))
    novelty = forms.ChoiceField(label=_("New or existing"), required=False, choices=_blank(Novelty.choices, _("all")))
    catalytic = forms.ChoiceField(label=_("Catalytic"), required=False, choices=_blank(_YES_NO, _("all")))
    marker = forms.ChoiceField(
        label=_("Marker"), required=False,
        choices=lambda: _blank([(each.code, each.label) for each in markers()], _("all")),
    )  # fmt: skip
    immediate = forms.ChoiceField(label=_("Immediate issue"), required=False, choices=_blank(_YES_NO, _("all")))
    late = forms.ChoiceField(label=_("Late"), required=False, choices=_blank(_YES_NO, _("all")))
    municipality = forms.ChoiceField(label=_("Municipal area"), required=False)
    space = forms.ChoiceField(label=_("Space"), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)

    def __init__(self, data: Any, *, parties: Any, space: Space | None) -> None:
        super().__init__(data)
        offers: dict[str, Any] = {"party": list(parties)}
        if space is None:
            del self.fields["municipality"]
            spaces = list(Space.objects.select_related("province"))
            offers["space"] = [(each.pk, each.name) for each in spaces]
            provinces = {each.province_id: each.province.name for each in spaces}
            offers["province"] = sorted(provinces.items(), key=lambda pair: pair[1])
        else:
            del self.fields["space"], self.fields["province"]
            offers["municipality"] = list(area_names(space=space.pk))
        for name, choices in offers.items():
            field: Any = self.fields[name]
            field.choices = _blank(choices, _("all"))

    @property
    def first(self) -> list[forms.BoundField]:
        """The filters that stand in sight."""
        return [self[name] for name in self.FIRST]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The filters under "More"."""
        return [bound for bound in self if bound.name not in self.FIRST]

    @property
    def is_rest_used(self) -> bool:
        return any(bound.value() for bound in self.rest)
