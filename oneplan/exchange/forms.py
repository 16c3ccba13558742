"""Forms of imports."""

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.exchange.choices import IssueKind, RunState
from oneplan.exchange.kinds import Kind, kinds
from oneplan.exchange.mapping import MappingSpec, shipped_layouts
from oneplan.exchange.queries import mappings_for
from oneplan.exchange.targets import Target, TargetType
from oneplan.exchange.values import fold

NONE = ""


class UploadForm(forms.Form):
    """A file of one kind, and where it comes from. Asks only what the kind needs."""

    file = forms.FileField(
        label=_("File"), help_text=_("Excel (.xlsx, no macros) or CSV; at most 100 MB.")
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source"), max_length=200, required=False,
        help_text=_("Who made the file. Rows are known again by source and row id: use the same words each time."),
    )  # fmt: skip
    licence = forms.CharField(label=_("Licence or terms of use"), max_length=200, required=False)
    as_at = forms.DateField(
        label=_("As at"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The date for which the file holds."),
    )  # fmt: skip
    level = forms.ChoiceField(label=_("Level"), required=False)
    space = forms.CharField(label=_("Space"), max_length=12, required=False, help_text=_("Its code, for example DC36."))
    province = forms.CharField(
        label=_("Province"), max_length=8, required=False,
        help_text=_("Its code, for example LIM, where the file is a whole province's: rows of another are refused."),
    )  # fmt: skip
    using = forms.ChoiceField(
        label=_("Columns"),
        required=False,
        help_text=_("A layout of a known source, a mapping remembered from an earlier file, or match columns next."),
    )

    def __init__(self, *args: Any, kind: Kind, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "as_at", "level", "space"):
            self.fields[name].required = name in kind.needs
        self._kind = kind
        for detail in kind.details:
            self.fields[f"detail_{detail.name}"] = _asked(detail)
        self.fields["file"].widget.attrs["accept"] = ",".join(kind.suffixes)
        if ".docx" in kind.suffixes:
            self.fields["file"].help_text = _("Excel (.xlsx) or Word with tables (.docx), no macros, or CSV.")
        if kind.levels:
            self._choices("level", list(kind.levels))
        else:
            del self.fields["level"]
        if "space" not in kind.needs | kind.takes:
            del self.fields["space"]
        mine = sorted(actor.codes_with(kind.permission, "province"))
        if "province" not in kind.takes or not (mine or actor.is_national(kind.permission)):
            del self.fields["province"]
        elif len(mine) == 1 and not actor.is_national(kind.permission):
            self.fields["province"].initial = mine[0]
        if kind.read is not None:
            self.fields["file"].help_text = _("One of: %(suffixes)s.") % {"suffixes": ", ".join(kind.suffixes)}
            del self.fields["using"]
        else:
            layouts = [(f"layout:{name}", layout_label(name, spec)) for name, spec in shipped_layouts(kind).items()]
            remembered = [(f"mapping:{m.name}", m.name) for m in mappings_for(kind.name)]
            self._choices("using", [(NONE, _("Match the columns next")), *remembered, *layouts])
            if kind.layout:
                self.fields["using"].initial = f"layout:{kind.layout}"

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def details(self) -> dict[str, str]:
        """What was said besides, as text; what was left empty is left out."""
        said = {detail.name: self.cleaned_data.get(f"detail_{detail.name}") for detail in self._kind.details}
        return {name: str(value).strip() for name, value in said.items() if value not in (None, "")}


def _asked(detail: Target) -> forms.Field:
    """The field that asks for something a file does not say."""
    told: dict[str, Any] = {"label": detail.label, "required": detail.required, "help_text": detail.help}
    if detail.choices or detail.offers:
        offered = detail.offers() if detail.offers else detail.choices.items()
        return forms.ChoiceField(choices=[(NONE, "–"), *offered], **told)
    if detail.type == TargetType.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **told)
    return forms.CharField(max_length=detail.most or None, **told)


def layout_label(name: str, spec: MappingSpec) -> str:
    """A shipped layout by the source it reads: "Infrastructure Reporting Model 2023/24, National Treasury (irm)"."""
    called = spec.title or spec.source
    return f"{called} ({name})" if called else name


class MatchForm(forms.Form):
    """One select per source column, what holds for the whole file, which rows are left out, what values mean."""

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        headers: list[str],
        samples: list[list[str]],
        chosen: dict[str, list[str]],
        before: dict[str, Any],
        said: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`chosen`: by folded header the targets it feeds; `before`: the mapping so far, as plain data; `said`: what
        was said beside the file, which is not asked again and stands in the mapping for the next one."""
        super().__init__(*args, **kwargs)
        self._headers, self._before, self._kind = headers, before, kind
        self._said = {each.name: said[each.name] for each in kind.targets if each.once and said and said.get(each.name)}
        self._chosen = {header: chosen.get(fold(header), []) for header in headers}
        self._columns(samples)
        self._constants()
        self._reading()
        self.leave_out = LeaveOutForms(args[0] if args else None, headers, before.get("leave_out", []))
        self.values = ValuesForm(args[0] if args else None, kind=kind, before=before.get("values", {}))

    def _columns(self, samples: list[list[str]]) -> None:
        choices = [(NONE, _("not used")), *((t.name, t.label) for t in self._kind.targets)]
        for index, header in enumerate(self._headers):
            shown = list(dict.fromkeys(row[index] for row in samples if index < len(row) and row[index]))
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=header, choices=choices, required=False, initial=next(iter(self._chosen[header]), NONE),
                help_text=" · ".join(_short(each) for each in shown[:3]) or _("empty in the first rows"),
            )  # fmt: skip

            if any(target.many for target in self._kind.targets):
                self.fields[f"label_{index}"] = forms.CharField(
                    label=_("%(column)s holds") % {"column": header}, required=False, max_length=200,
                    initial=self._label(header),
                )  # fmt: skip

    def _label(self, header: str) -> str:
        """What the mapping so far says that a column holds; nothing where that is its own header."""
        for target in self._kind.targets:
            known = self._before.get("columns", {}).get(target.name, {})
            if target.many and isinstance(known, dict):
                for column, label in known.items():
                    if fold(column) == fold(header) and label not in (column, "*"):
                        return str(label)
        return ""

    def _constants(self) -> None:
        for target in self._kind.targets:
            if target.required or target.name in self._said or not (target.choices or target.once):
                continue
            told: dict[str, Any] = {
                "label": _("%(target)s, for every row") % {"target": target.label}, "required": False,
                "initial": self._before.get("constants", {}).get(target.name, NONE),
            }  # fmt: skip
            offered = target.offers() if target.offers else target.choices.items()
            self.fields[f"constant_{target.name}"] = (
                forms.ChoiceField(choices=[(NONE, _("as the file says")), *offered], **told)
                if target.offers or target.choices else
                forms.CharField(max_length=80, help_text=_("Only where no column of the file says it."), **told)
            )  # fmt: skip

    def _reading(self) -> None:
        self.fields["date_order"] = forms.ChoiceField(
            label=_("How is 03/04/2024 meant?"), required=False, initial=self._before.get("date_order", NONE),
            choices=[
                (NONE, _("no such dates")), ("dmy", _("3 April 2024")), ("mdy", _("4 March 2024")),
                ("ymd", _("as year, month, day")),
            ],
        )  # fmt: skip
        self.fields["formulas"] = forms.ChoiceField(
            label=_("Cells with formulas"), required=False, initial=self._before.get("formulas", "refuse"),
            choices=[("refuse", _("refuse the row")), ("saved", _("take the result that Excel saved"))],
        )  # fmt: skip
        self.fields["name"] = forms.CharField(
            label=_("Remember these columns as"), required=False, max_length=80,
            help_text=_("A name for the next file of this source. Leave empty to use them once."),
        )  # fmt: skip

    def is_valid(self) -> bool:
        """All three parts hold."""
        return all([super().is_valid(), self.leave_out.is_valid(), self.values.is_valid()])

    def clean(self) -> dict[str, Any]:
        """A target is fed by one column, or by several in the order of the file (the first filled counts)."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(f"column_{index}") for index in range(len(self._headers))):
            raise forms.ValidationError(_("Match at least one column."))
        return cleaned

    @property
    def labels_help(self) -> str:
        """What the labels of columns say; "" where no target takes several columns."""
        return next((str(target.help) for target in self._kind.targets if target.many), "")

    @property
    def is_labelled(self) -> bool:
        return any(target.many for target in self._kind.targets)

    def column_fields(self) -> list[tuple[forms.BoundField, list[Any], forms.BoundField | None]]:
        """Each column's select, what else it feeds by the mapping, kept while nothing else feeds that, and its label
        where it may be one of several."""
        rows = []
        for index, header in enumerate(self._headers):
            also = [target.label for name in self._chosen[header][1:] if (target := self._kind.target(name))]
            rows.append((self[f"column_{index}"], also, self[f"label_{index}"] if self.is_labelled else None))
        return rows

    def said(self) -> list[tuple[Any, str]]:
        """What was said beside the file, with its label."""
        targets = [target for target in self._kind.targets if target.name in self._said]
        return [(target.label, _offered(target).get(told := self._said[target.name], told)) for target in targets]

    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith(("column_", "label_"))]

    def spec(self) -> dict[str, Any]:
        """The mapping as plain data; what the page does not show is kept from before."""
        columns: dict[str, Any] = {}
        for index, header in enumerate(self._headers):
            name = self.cleaned_data.get(f"column_{index}")
            if name:
                field = f"label_{index}"
                self._feed(
                    columns, name, header, self.cleaned_data[field] if field in self.data else self._label(header)
                )
        for header, names in self._chosen.items():
            for name in names[1:]:
                target = self._kind.target(name)
                if name not in columns or (target and target.many):
                    self._feed(columns, name, header, self._label(header))
        asked = {
            name.removeprefix("constant_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("constant_")
        }
        constants = {
            name: value
            for name, value in {**self._before.get("constants", {}), **asked, **self._said}.items()
            if value != NONE
        }
        return {
            **self._before,
            "name": self.cleaned_data["name"].strip(),
            "columns": columns,
            "constants": constants,
            "date_order": self.cleaned_data["date_order"],
            "formulas": self.cleaned_data["formulas"] or "refuse",
            "leave_out": self.leave_out.rules(),
            "values": self.values.maps(),
        }

    def _feed(self, columns: dict[str, Any], name: str, header: str, label: str = "") -> None:
        target = self._kind.target(name)
        if target and target.many:
            columns.setdefault(name, {})[header] = label.strip() or header
        elif name in columns:
            columns[name] = [*([columns[name]] if isinstance(columns[name], str) else columns[name]), header]
        else:
            columns[name] = header


class LeaveOutForm(forms.Form):
    """Rows that are not wanted: a column, a test, the reason under which they are counted."""

    column = forms.ChoiceField(label=_("Column"), required=False)
    test = forms.ChoiceField(
        label=_("Test"), required=False, initial="in",
        choices=[
            ("in", _("is one of")), ("equals", _("is")), ("blank", _("is empty")), ("filled", _("is filled")),
            ("before", _("lies before")),
        ],
    )  # fmt: skip
    words = forms.CharField(label=_("Values"), required=False, max_length=2000, help_text=_("Several with semicolons."))
    reason = forms.CharField(label=_("Counted as"), required=False, max_length=120)

    def __init__(self, data: Any, headers: list[str], rule: dict[str, Any], prefix: str) -> None:
        self.before = rule
        self.test_before = next((test for test in ("in", "equals", "blank", "filled", "before") if test in rule), "in")
        value = rule.get(self.test_before, "")
        words = "; ".join(str(each) for each in value) if isinstance(value, list) else str(value or "")
        there = {fold(header): header for header in headers}
        column = there.get(fold(rule.get("column", "")), rule.get("column", NONE))
        initial = {"column": column, "test": self.test_before, "reason": rule.get("reason", "")}
        initial["words"] = "" if self.test_before in ("blank", "filled") else words
        super().__init__(data, initial=initial, prefix=prefix)
        field: Any = self.fields["column"]
        offered = dict.fromkeys([*headers, *([column] if column else [])])
        field.choices = [(NONE, _("no rule")), *((header, header) for header in offered)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("column"):
            return given
        if not given.get("reason"):
            self.add_error("reason", _("Say why these rows are left out: they are counted under it."))
        if given.get("test") in ("in", "equals", "before") and not given.get("words", "").strip(" ;"):
            self.add_error("words", _("Say which values."))
        return given

    def rule(self) -> dict[str, Any] | None:
        """The rule as plain data; None where there is none. One that nobody touched stays as it was."""
        if not self.has_changed():
            return self.before or None
        given = self.cleaned_data
        if not given["column"]:
            return None
        words = [word.strip() for word in given["words"].split(";") if word.strip()]
        value: Any = {"in": words, "equals": given["words"].strip(), "before": given["words"].strip()}
        test = given["test"]
        return {"reason": given["reason"], "column": given["column"], test: value.get(test, True)}


class LeaveOutForms(list[LeaveOutForm]):
    """The rules there are, and room for two more."""

    def __init__(self, data: Any, headers: list[str], rules: list[dict[str, Any]]) -> None:
        rows = [*rules, {}, {}]
        super().__init__(LeaveOutForm(data, headers, rule, f"rule{index}") for index, rule in enumerate(rows))

    def is_valid(self) -> bool:
        held = [form.is_valid() for form in self]  # every one is asked, so that every fault is shown
        return all(held)

    def rules(self) -> list[dict[str, Any]]:
        return [rule for form in self if (rule := form.rule())]


class ValuesForm(forms.Form):
    """What a value of the file means, line by line: "Tender stage = tender". Empty after the sign: read as blank."""

    def __init__(self, data: Any, *, kind: Kind, before: dict[str, dict[str, Any]]) -> None:
        super().__init__(data)
        self._before = before
        for target in kind.targets:
            if not target.choices and target.name not in before:
                continue
            known = "; ".join(target.choices)
            self.fields[f"values_{target.name}"] = forms.CharField(
                label=target.label, required=False, initial=_lines(before.get(target.name, {})),
                widget=forms.Textarea(
                    attrs={"rows": min(12, max(2, len(before.get(target.name, {})))), "class": "code"}
                ),
                help_text=_("May mean: %(known)s.") % {"known": known} if known else "",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, text in given.items():
            if strange := next((line for line in text.splitlines() if line.strip() and "=" not in line), None):
                self.add_error(
                    name, _("“%(line)s” has no “=”. Write: value in the file = what it means.") % {"line": strange}
                )
        return given

    def maps(self) -> dict[str, dict[str, Any]]:
        """By target what each value means; what nobody touched keeps its type."""
        maps = dict(self._before)
        for field, text in self.cleaned_data.items():
            name = field.removeprefix("values_")
            held = {_line(said, meant): meant for said, meant in self._before.get(name, {}).items()}
            read = {}
            for line in filter(str.strip, text.splitlines()):
                said, _sign, meant = line.rpartition("=")
                read[said.strip()] = held.get(_line(said.strip(), meant.strip()), meant.strip() or None)
            maps[name] = read
        return {name: read for name, read in maps.items() if read}

    @property
    def used(self) -> list[forms.BoundField]:
        """The targets for which something is said, or said wrongly."""
        return [bound for bound in self if bound.value() or bound.errors]

    @property
    def unused(self) -> list[forms.BoundField]:
        return [bound for bound in self if not (bound.value() or bound.errors)]


def _offered(target: Target) -> dict[str, Any]:
    """What a target offers, by value, without the groups."""
    found: dict[str, Any] = {}
    for value, words in target.offers() if target.offers else ():
        found |= dict(words) if isinstance(words, list) else {value: words}
    return found


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def _line(said: str, meant: Any) -> str:
    return f"{said} = {'' if meant is None else meant}".strip()


def _lines(meanings: dict[str, Any]) -> str:
    return "\n".join(_line(said, meant) for said, meant in meanings.items())


class MappingFileForm(forms.Form):
    """A mapping as a YAML file, as the page gives it out."""

    MOST = 200_000

    mapping = forms.FileField(label=_("Mapping (YAML)"), help_text=_("As this page gives it out, changed as you need."))

    def clean_mapping(self) -> str:
        upload = self.cleaned_data["mapping"]
        if upload.size > self.MOST:
            raise forms.ValidationError(_("A mapping has at most 200 kB. This file is something else."))
        try:
            return str(upload.read().decode("utf-8"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This is no text in UTF-8.")) from None


class RunFilter(forms.Form):
    """Which runs to list."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[(NONE, _("any")), *RunState.choices])
    source = forms.CharField(label=_("Source contains"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(NONE, _("any")), *((kind.name, kind.title) for kind in kinds())]


class IssueFilter(forms.Form):
    """Which issues of a run to list."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[(NONE, _("any")), *IssueKind.choices])
    text = forms.CharField(label=_("Message, column or value contains"), required=False)


def may_import(actor: Actor) -> list[Kind]:
    """The kinds that the actor may import somewhere."""
    return [kind for kind in kinds() if actor.is_system or actor.scopes_with(kind.permission)]


def suffix_of(name: str) -> str:
    """A file's extension as a temporary file may carry it."""
    return Path(name).suffix.lower()[:10]
