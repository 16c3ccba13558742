"""Forms of imports."""

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.exchange.choices import IssueKind, RunState
from oneplan.exchange.kinds import Kind, kinds
from oneplan.exchange.mapping import shipped_layouts
from oneplan.exchange.queries import mappings_for

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
    using = forms.ChoiceField(
        label=_("Columns"),
        required=False,
        help_text=_("A mapping remembered from an earlier file, or match columns next."),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "as_at", "level", "space"):
            self.fields[name].required = name in kind.needs
        self.fields["file"].widget.attrs["accept"] = ",".join(kind.suffixes)
        if kind.levels:
            self._choices("level", list(kind.levels))
        else:
            del self.fields["level"]
        if "space" not in kind.needs | kind.takes:
            del self.fields["space"]
        if kind.read is not None:
            self.fields["file"].help_text = _("One of: %(suffixes)s.") % {"suffixes": ", ".join(kind.suffixes)}
            del self.fields["using"]
        else:
            layouts = [(f"layout:{name}", name) for name in shipped_layouts(kind)]
            remembered = [(f"mapping:{m.name}", m.name) for m in mappings_for(kind.name)]
            self._choices("using", [(NONE, _("Match the columns next")), *remembered, *layouts])

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class MatchForm(forms.Form):
    """One select per source column, and what holds for the whole file."""

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        headers: list[str],
        samples: list[list[str]],
        chosen: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NONE, _("not used")), *((t.name, t.label) for t in kind.targets)]
        self._headers = headers
        for index, header in enumerate(headers):
            shown = list(dict.fromkeys(row[index] for row in samples if index < len(row) and row[index]))
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=header, choices=choices, required=False, initial=chosen.get(header, NONE),
                help_text=" · ".join(shown[:3]) or _("empty in the first rows"),
            )  # fmt: skip
        for target in kind.targets:
            if target.choices and not target.required:
                self.fields[f"constant_{target.name}"] = forms.ChoiceField(
                    label=_("%(target)s, for every row") % {"target": target.label}, required=False,
                    choices=[(NONE, _("as the file says")), *target.choices.items()],
                )  # fmt: skip
        self.fields["date_order"] = forms.ChoiceField(
            label=_("How is 03/04/2024 meant?"), required=False,
            choices=[(NONE, _("no such dates")), ("dmy", _("3 April 2024")), ("mdy", _("4 March 2024"))],
        )  # fmt: skip
        self.fields["formulas"] = forms.ChoiceField(
            label=_("Cells with formulas"), required=False,
            choices=[("refuse", _("refuse the row")), ("saved", _("take the result that Excel saved"))],
        )  # fmt: skip
        self.fields["name"] = forms.CharField(
            label=_("Remember these columns as"), required=False, max_length=80,
            help_text=_("A name for the next file of this source. Leave empty to use them once."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A target is fed by one column, or by several in the order of the file (the first filled counts)."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(f"column_{index}") for index in range(len(self._headers))):
            raise forms.ValidationError(_("Match at least one column."))
        return cleaned

    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("column_")]

    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def spec(self, kind: Kind, before: dict[str, Any]) -> dict[str, Any]:
        """The mapping as plain data; what the page does not show (value maps, rows left out) is kept from before."""
        columns: dict[str, Any] = {}
        for index, header in enumerate(self._headers):
            name = self.cleaned_data.get(f"column_{index}")
            if not name:
                continue
            target = kind.target(name)
            if target and target.many:
                columns.setdefault(name, {})[header] = header
            elif name in columns:
                columns[name] = [*([columns[name]] if isinstance(columns[name], str) else columns[name]), header]
            else:
                columns[name] = header
        constants = {
            **before.get("constants", {}),
            **{
                name.removeprefix("constant_"): value
                for name, value in self.cleaned_data.items()
                if name.startswith("constant_") and value
            },
        }
        return {
            **before,
            "name": self.cleaned_data["name"].strip(),
            "columns": columns,
            "constants": constants,
            "date_order": self.cleaned_data["date_order"],
            "formulas": self.cleaned_data["formulas"] or "refuse",
        }


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
