"""Forms of plan content. They offer what may be chosen; what may be written is decided by the actions' rules."""

from decimal import Decimal
from typing import Any, cast
from zlib import crc32

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from oneplan.frameworks import queries as frameworks
from oneplan.institutions.models import Institution, Post
from oneplan.plans import queries
from oneplan.plans.choices import Direction, ImmediateKind
from oneplan.plans.citations import citable
from oneplan.plans.models import Edition, Element, Finding, ImmediateIssue, Outcome, PriorityLink
from oneplan.plans.rules import LEAST_DISTINCT_WORDS, plain_decimal, plain_text
from oneplan.spaces.models import MunicipalArea, Province, Ward

Choices = list[tuple[str, Any]]


class NumberField(forms.DecimalField):
    """A number as people write it here: "1 234,5" as well as "1234.5"."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".").replace("−", "-")
        return super().to_python(value)


class PostField(forms.ModelChoiceField[Post]):
    """A post, named with its institution."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_label=_("nobody yet"), **kwargs)

    def label_from_instance(self, post: Any) -> str:
        return f"{post.institution.name} · {post.title}"


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ElementForm(forms.Form):
    """An element as its editor sees it. It carries the revision that was read and what each field held then."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, edition: Edition, element: Any = None, data: Any = None, initial: Any = None) -> None:
        super().__init__(data)
        self.edition = edition
        self.rules = frameworks.ruleset(edition.ruleset)
        self.offer()
        self.initial = {**(initial or {}), **(self.read(element) if element else {})}
        self.initial["revision"] = element.revision if element else 0
        self.initial["seen"] = self.fingerprints()

    def offer(self) -> None:
        """Fill in what may be chosen."""

    def read(self, element: Any) -> dict[str, Any]:
        """The element's fields, as initial values."""
        said = queries.stated(element)
        plain = {name: plain_decimal(value) for name, value in said.items() if isinstance(value, Decimal)}
        return {**said, **plain, "owner_post": _code(element)}

    @property
    def content_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in {"revision", "seen"}]

    def given(self) -> dict[str, Any]:
        """The fields for the action."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"revision", "seen"}}

    @property
    def seen_revision(self) -> int:
        return self.cleaned_data["revision"] or 0

    # --- two people at once: compare, choose, join --------------------------------------------------------------------

    def fingerprints(self) -> str:
        """What each field held when it was read, short, to tell later who changed what."""
        return " ".join(f"{field.name}={_print(self.stored_values(field))}" for field in self.content_fields)

    def stored_values(self, field: forms.BoundField) -> list[str]:
        """A field's initial value as a browser would send it."""
        value = self.initial.get(field.name, field.field.initial)
        if isinstance(value, list | tuple):
            return [str(each) for each in value]
        if value is None or value is False:
            return []
        if value is True:
            return ["on"]
        if hasattr(field.field, "to_field_name") and isinstance(value, Post | Institution):
            return [str(value.code)]
        shown = value if isinstance(value, str) else field.field.widget.format_value(value)
        return [str(shown or "")]

    def sent_values(self, field: forms.BoundField) -> list[str]:
        data = cast(QueryDict, self.data)
        return [value.replace("\r\n", "\n") for value in data.getlist(field.html_name) if value != ""]

    def parts(self, current: "ElementForm") -> list[dict[str, Any]]:
        """Field by field where mine (this form) differs from what is stored now (`current`)."""
        base = dict(pair.split("=", 1) for pair in self.data.get("seen", "").split() if "=" in pair)
        found = []
        for field in self.content_fields:
            mine, stored = self.sent_values(field), [each for each in current.stored_values(field) if each != ""]
            if sorted(mine) == sorted(stored):
                continue
            untouched = base.get(field.name) == _print(mine)
            found.append(
                {
                    "name": field.name,
                    "label": field.label,
                    "value": "\n".join(mine),
                    "yours": _shown(field, mine),
                    "stored": _shown(field, stored),
                    "merge": isinstance(field.field.widget, forms.Textarea),
                    "choose": "stored" if untouched else "yours",
                }
            )
        return found

    @classmethod
    def joined(cls, edition: Edition, element: Any, post: QueryDict) -> QueryDict:
        """What to save after a choice was made: mine, theirs, or the text that joins both; the rest as stored."""
        current = cls(edition, element)
        data = QueryDict(mutable=True)
        for field in current.content_fields:
            values = current.stored_values(field)
            choice, merged = post.get(f"choose_{field.name}"), post.get(f"merge_{field.name}", "")
            if merged.strip():
                values = [merged]
            elif choice == "yours":
                mine = post.get(f"yours_{field.name}", "").replace("\r\n", "\n")
                is_many = isinstance(field.field, forms.MultipleChoiceField)
                values = [each for each in (mine.split("\n") if is_many else [mine]) if each]
            data.setlist(field.name, values)
        data["revision"] = post.get("revision", "0")
        data["seen"] = current.fingerprints()
        return data


class PlacedForm(ElementForm):
    """The part of a form that says where something is."""

    whole_space = forms.BooleanField(label=_("It concerns the whole space"), required=False)
    municipal_areas = forms.MultipleChoiceField(
        label=_("Or these municipal areas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    ward = forms.ChoiceField(label=_("Or one ward"), required=False)

    def offer(self) -> None:
        areas = MunicipalArea.objects.filter(space_id=self.edition.space_id).order_by("name")
        _offer(self, "municipal_areas", [(area.code, area.name) for area in areas])
        wards: dict[str, Choices] = {area.code: [] for area in areas}
        for ward in Ward.objects.filter(municipal_area__in=list(wards)).order_by("municipal_area_id", "number"):
            wards[ward.municipal_area_id].append(
                (ward.code, _("Ward %(n)s (%(code)s)") % {"n": ward.number, "code": ward.code})
            )
        _offer(self, "ward", [("", _("no ward")), *((area.name, wards[area.code]) for area in areas)])


class FindingForm(PlacedForm):
    area = forms.ChoiceField(label=_("Transformation area"))
    statement = forms.CharField(
        label=_("What was found"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One finding in a sentence or two: who lacks what, where, how much."),
    )
    evidence = forms.CharField(label=_("Evidence"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.CharField(
        label=_("Source"), required=False, help_text=_("The document or data set, so that another can find it again.")
    )
    source_date = DayField(label=_("Date of the source"), required=False)
    value = NumberField(label=_("Value"), required=False)
    unit = forms.CharField(label=_("Unit"), required=False, help_text=_("Such as “% of households”."))
    reported_by = forms.ModelChoiceField(
        Institution.objects.none(), label=_("Reported by"), required=False, empty_label=_("not stated")
    )
    owner_post = PostField(
        Post.objects.none(), label=_("Post that keeps this finding"), required=False, to_field_name="code"
    )
    field_order = [
        "area", "statement", "evidence", "value", "unit", "source", "source_date", "whole_space", "municipal_areas",
        "ward", "reported_by", "owner_post",
    ]  # fmt: skip

    def offer(self) -> None:
        super().offer()
        _offer(self, "area", _areas(self))
        _offer_posts(self)
        space = self.edition.plan.space
        near = Q(involvements__plan_id=space.pk) | Q(space=space) | Q(sphere="national", valid_to=None)
        near |= Q(sphere="provincial", province_id=space.province_id, valid_to=None)
        _offer_rows(self, "reported_by", Institution.objects.filter(near).distinct().order_by("name"))


class OutcomeForm(ElementForm):
    area = forms.ChoiceField(label=_("Transformation area"))
    statement = forms.CharField(
        label=_("Outcome"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The change in people's lives or places that will have come about."),
    )
    indicator = forms.CharField(label=_("Indicator"), required=False, help_text=_("What will show it."))
    unit = forms.CharField(label=_("Unit"), required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    baseline = NumberField(label=_("Baseline"), required=False)
    baseline_year = forms.IntegerField(label=_("Year of the baseline"), required=False)
    baseline_source = forms.CharField(label=_("Source of the baseline"), required=False)
    target = NumberField(label=_("Target"), required=False)
    target_year = forms.IntegerField(label=_("Year of the target"), required=False)
    owner_post = PostField(
        Post.objects.none(), label=_("Post that answers for this outcome"), required=False, to_field_name="code"
    )

    def offer(self) -> None:
        _offer(self, "area", _areas(self))
        _offer_posts(self)
        last = self.edition.start_year + self.edition.horizon_years - 1
        self.fields["target_year"].help_text = _("Within the horizon of this plan: %(first)s to %(last)s.") % {
            "first": self.edition.start_year,
            "last": last,
        }


class StrategyForm(PlacedForm):
    area = forms.ChoiceField(label=_("Transformation area"))
    title = forms.CharField(label=_("Strategy"), max_length=200)
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    findings = forms.MultipleChoiceField(
        label=_("Findings it answers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    outcomes = forms.MultipleChoiceField(
        label=_("Outcomes it serves"), required=False, widget=forms.CheckboxSelectMultiple
    )
    owner_post = PostField(
        Post.objects.none(), label=_("Post that leads this strategy"), required=False, to_field_name="code"
    )
    field_order = [
        "area", "title", "description", "findings", "outcomes", "whole_space", "municipal_areas", "ward", "owner_post",
    ]  # fmt: skip

    def offer(self) -> None:
        super().offer()
        _offer(self, "area", _areas(self))
        _offer_posts(self)
        for name, model in (("findings", Finding), ("outcomes", Outcome)):
            rows = model._default_manager.filter(edition=self.edition, removed_at=None).order_by("area", "ref")
            _offer(self, name, [(row.ref, f"{row.ref} · {row.statement[:140]}") for row in rows])


class SectionForm(ElementForm):
    chapter = forms.ChoiceField(label=_("Chapter"))
    area = forms.ChoiceField(label=_("Transformation area"), required=False)
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 16, "data-editor": ""})
    )
    owner_post = PostField(
        Post.objects.none(), label=_("Post that writes this section"), required=False, to_field_name="code"
    )

    def offer(self) -> None:
        _offer(self, "chapter", [(each.code, f"{each.number} {each.label}") for each in self.rules.chapters])
        _offer(self, "area", [("", _("the chapter as a whole")), *_areas(self)])
        per_area = [each.label for each in self.rules.chapters if each.is_per_area]
        self.fields["area"].help_text = _("These chapters are written area by area: %(names)s.") % {
            "names": "; ".join(per_area)
        }
        _offer_posts(self)

    def read(self, element: Any) -> dict[str, Any]:
        names = ("chapter", "area", "title", "body")
        return {**{name: getattr(element, name) for name in names}, "owner_post": _code(element)}


class TextForm(ElementForm):
    """The vision, or the impact statement of one area."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 6}))

    def read(self, element: Any) -> dict[str, Any]:
        return {"text": element.text}


class RevisionForm(forms.Form):
    """An act on something that exists: the revision that was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(RevisionForm):
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=500, help_text=_("Kept in the history of the element.")
    )


class MarkForm(RevisionForm):
    marker = forms.ChoiceField(label=_("Cross-cutting marker"))
    justification = forms.CharField(
        label=_("How it serves it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least %(least)s different words that say something.") % {"least": LEAST_DISTINCT_WORDS},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "marker", [(each.code, each.label) for each in frameworks.markers()])


class CiteForm(RevisionForm):
    """The observation that a finding rests on: an indicator, and the space or one of its municipal areas."""

    indicator = forms.ChoiceField(
        label=_("Indicator"), help_text=_("The newest public value is cited; that of the space stands beside each.")
    )
    place = forms.ChoiceField(label=_("Place"))

    def __init__(self, edition: Edition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        space = edition.plan.space
        _offer(self, "indicator", citable(edition))
        areas = MunicipalArea.objects.filter(space=space).order_by("code").values_list("code", "name")
        _offer(self, "place", [(space.code, space.name), *(areas if space.category != "A" else [])])


class PrioritiesForm(RevisionForm):
    """One group of boxes for each list of priorities with codes, one box of lines for each open list."""

    def __init__(self, links: list[PriorityLink], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        stored = {link.priority for link in links}
        for each in frameworks.priority_sets():
            field: forms.Field
            if each.is_open:
                words = [link.words for link in links if link.priority == each.code]
                field = forms.CharField(
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 3}),
                    help_text=_("One priority a line, in the document's own words."),
                    initial="\n".join(words),
                )
            else:
                choices = [(one.code, f"{one.number} {one.label}") for one in each.priorities]
                field = forms.MultipleChoiceField(
                    choices=choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    initial=[code for code, _label in choices if code in stored],
                )
            field.label = each.label
            self.fields[each.code] = field

    def codes(self) -> list[str]:
        sets = [each.code for each in frameworks.priority_sets() if not each.is_open]
        return [code for name in sets for code in self.cleaned_data[name]]

    def in_words(self) -> dict[str, list[str]]:
        sets = [each.code for each in frameworks.priority_sets() if each.is_open]
        return {name: self.cleaned_data[name].splitlines() for name in sets}


class ImmediateForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=ImmediateKind.choices, widget=forms.RadioSelect)
    service = forms.CharField(label=_("Service"), max_length=120, help_text=_("Such as “Water supply”."))
    households = forms.IntegerField(label=_("Households affected"), required=False, min_value=0)
    households_source = forms.CharField(label=_("Source of that number"), required=False, max_length=200)
    owner_post = PostField(Post.objects.none(), label=_("Post that owns it"), to_field_name="code")
    due_on = DayField(label=_("To be resolved by"))

    def __init__(self, edition: Edition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        _offer_posts(self)


class ReviseImmediateForm(ImmediateForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it changes"), max_length=500)


class ResolveForm(RevisionForm):
    how = forms.CharField(
        label=_("How it was resolved"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("So that those affected can check it."),
    )
    resolved_on = DayField(label=_("Resolved on"), required=False, help_text=_("Today, where nothing is given."))


class BoardFilter(forms.Form):
    """The filters of a board of immediate issues; all of them live in the address."""

    q = forms.CharField(label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), ("open", _("not resolved")), ("overdue", _("overdue")), ("resolved", _("resolved"))],
    )
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("all")), *ImmediateKind.choices])
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)

    def __init__(self, issues: QuerySet[ImmediateIssue], *args: Any, is_national: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = issues.order_by("owner_post__institution__name").values_list(
            "owner_post__institution_id", "owner_post__institution__name"
        )
        _offer(self, "owner", [("", _("all")), *owners.distinct()])
        if is_national:
            _offer(self, "province", [("", _("all")), *Province.objects.values_list("code", "name")])
        else:
            del self.fields["province"]

    def narrow(self, issues: QuerySet[ImmediateIssue]) -> QuerySet[ImmediateIssue]:
        """The issues that pass what was chosen; a value that is not offered filters nothing."""
        self.is_valid()
        return queries.narrow_immediate_issues(issues, self.cleaned_data)


def form_for(element: Element) -> type[ElementForm]:
    """The form in which an element of this kind is written."""
    return FORMS[element.kind]


FORMS: dict[str, type[ElementForm]] = {
    "finding": FindingForm,
    "outcome": OutcomeForm,
    "strategy": StrategyForm,
    "section": SectionForm,
    "vision": TextForm,
    "impact": TextForm,
}


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def _offer_rows(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def _offer_posts(form: Any) -> None:
    _offer_rows(form, "owner_post", queries.owner_posts(form.edition.plan.space))


def _areas(form: ElementForm) -> Choices:
    return [(area.code, f"{area.number} {area.label}") for area in form.rules.areas]


def _code(element: Any) -> str | None:
    return element.owner_post.code if element.owner_post_id else None


def _print(values: list[str]) -> str:
    told = "\n".join(sorted(each.replace("\r\n", "\n").strip() for each in values if each))
    return f"{crc32(told.encode()):x}"


def _shown(field: forms.BoundField, values: list[str]) -> str:
    """Values for reading: the words of choices, formatted text without its tags, a dash for nothing."""
    if not values:
        return "–"
    if isinstance(field.field.widget, forms.CheckboxInput):
        return str(_("yes"))
    labels: dict[str, str] = {}
    for key, label in getattr(field.field, "choices", ()):
        labels.update(dict(label) if isinstance(label, list) else {str(key): label})
    if isinstance(field.field.widget, forms.Textarea):
        return plain_text(values[0]) if "data-editor" in field.field.widget.attrs else values[0]
    return "\n".join(str(labels.get(each, each)) for each in values)
