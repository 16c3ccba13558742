"""How two contents differ, element by element: added, changed field by field, removed. Pure: canonical JSON in, rows
out.

An element is any entry with a `ref` (findings, outcomes, strategies, impact statements, sections, commitments, the
vision); elements keep their reference from one edition to the next.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """One field of an element before and after, as text; "" where it was not there."""

    field: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The field's name for reading: source_date is "Source date", place.kind is "Place, kind"."""
        return self.field.replace("_", " ").replace(".", ", ").capitalize()


@dataclass(frozen=True)
class ElementChange:
    """An element that was added, changed or removed."""

    family: str
    ref: str
    title: str
    how: str  # added | changed | removed
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What differs, family by family, references in order."""

    changes: tuple[ElementChange, ...]

    @property
    def added(self) -> list[ElementChange]:
        return [each for each in self.changes if each.how == "added"]

    @property
    def changed(self) -> list[ElementChange]:
        return [each for each in self.changes if each.how == "changed"]

    @property
    def removed(self) -> list[ElementChange]:
        return [each for each in self.changes if each.how == "removed"]

    @property
    def families(self) -> list[tuple[str, list[ElementChange]]]:
        """The changes grouped by kind of element."""
        names = list(dict.fromkeys(each.family for each in self.changes))
        return [(name, [each for each in self.changes if each.family == name]) for name in names]


def compare(old: Content, new: Content) -> Comparison:
    """What changed from the old content to the new. Either is a signing copy's content or a plan's alone."""
    before, after = dict(_elements(old)), dict(_elements(new))
    changes = []
    for key in sorted({*before, *after}, key=_order):
        family, ref = key
        if key not in before:
            changes.append(ElementChange(family, ref, _title(after[key]), "added", tuple(_fields({}, after[key]))))
        elif key not in after:
            changes.append(ElementChange(family, ref, _title(before[key]), "removed", tuple(_fields(before[key], {}))))
        elif before[key] != after[key]:
            fields = tuple(_fields(before[key], after[key]))
            changes.append(ElementChange(family, ref, _title(after[key]), "changed", fields))
    return Comparison(tuple(changes))


def _elements(content: Content) -> Iterator[tuple[tuple[str, str], Content]]:
    """Every element of a content by its family and reference; a reference that returns (issues) gets a number."""
    for family, value in content.items():
        if isinstance(value, Mapping):
            if "ref" in value:
                yield (family, str(value["ref"])), value
            elif family == "plan":
                yield from _elements(value)
        elif isinstance(value, list):
            seen: dict[str, int] = {}
            for entry in value:
                if isinstance(entry, Mapping) and "ref" in entry:
                    ref = str(entry["ref"])
                    seen[ref] = seen.get(ref, 0) + 1
                    yield (family, ref if seen[ref] == 1 else f"{ref} ({seen[ref]})"), entry


_FAMILIES = ("vision", "impacts", "sections", "findings", "outcomes", "strategies", "immediate_issues", "commitments")


def _order(key: tuple[str, str]) -> tuple[int, str, int, str]:
    family, ref = key
    place = _FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)
    return place, family, len(ref), ref


def _title(element: Content) -> str:
    for name in ("title", "statement", "text", "service", "label"):
        if element.get(name):
            return str(element[name])
    return ""


# The reference names the element; a digest changes with whatever else changed and says nothing by itself.
_SILENT = frozenset({"ref", "digest"})
_CODES = frozenset({"code", "list", "marker"})


def _fields(before: Content, after: Content) -> Iterator[FieldChange]:
    old, new = dict(_flat(before)), dict(_flat(after))
    for name in dict.fromkeys([*old, *new]):
        if name not in _SILENT and old.get(name, "") != new.get(name, ""):
            yield FieldChange(name, old.get(name, ""), new.get(name, ""))


def _flat(element: Content, above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in element.items():
        path = f"{above}.{name}" if above else name
        if isinstance(value, Mapping):
            yield from _flat(value, path)
        else:
            yield path, _text(value)


def _text(value: Any) -> str:
    """A value in words, whatever the order of its keys. Entries of a list come one on a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(_text(each) for each in value)
    if isinstance(value, Mapping) and value.get("label"):  # its codes say nothing that its words do not
        rest = (_text(each) for name, each in sorted(value.items()) if name not in _CODES | {"label"})
        return "; ".join([_text(value["label"]), *filter(None, rest)])
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(each)}" for name, each in sorted(value.items()) if _text(each))
    return str(value)
