"""Which source column means which target: written in YAML, remembered per source, suggested, bound to a header."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import Kind
from oneplan.exchange.rows import Cell
from oneplan.exchange.targets import Target, TargetType
from oneplan.exchange.values import as_text, cents_of, fold

Source = str | list[str] | dict[str, str]  # a column; columns of which the first filled counts; column → label
_TESTS = ("in", "blank", "filled", "before", "equals")
_MONEY = re.compile(
    r"\b(allocation|amount|appropriation|budget|cost|expenditure|fees|forecast|orders|outcome|price|rand|spent)s?\b"
)
_A_YEAR = re.compile(r"\s*(19|20)\d{2}\s*")
_YEAR = re.compile(r"\b\d{4}\s*[/–-]\s*\d{2,4}\b")  # 2029/30: a column of one financial year
LIKELY = 80  # of 100, from which a suggestion is worth showing


@dataclass(frozen=True)
class LeaveOut:
    """Rows that are not wanted, and the reason under which they are counted."""

    reason: str
    column: str
    test: str
    value: Any = None

    def matches(self, cell: Cell) -> bool:
        text = as_text(cell).strip() if cell is not None else ""
        match self.test:
            case "blank":
                return not text
            case "filled":
                return bool(text)
            case "in":
                return bool(fold(text) in self.value)
            case "equals":
                return bool(fold(text) == self.value)
            case _:  # before: a date or a year
                return bool(text) and text[:10] < str(self.value)[:10]


@dataclass(frozen=True)
class MappingSpec:
    """How the columns of one source become the targets of a kind. The README shows its YAML form."""

    columns: dict[str, Source]
    name: str = ""
    title: str = ""  # what people call it, where it is not of one source
    source: str = ""
    sheet: str = ""
    constants: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    leave_out: list[dict[str, Any]] = field(default_factory=list)
    multiply: dict[str, int] = field(default_factory=dict)
    row_key: list[str] = field(default_factory=list)
    date_order: str = ""
    totals: list[str] = field(default_factory=list)
    formulas: str = "refuse"
    layout: str = ""  # one of the kind's own layouts, which knows more of the file than which column is what

    def as_dict(self) -> dict[str, Any]:
        """The mapping without what is empty; `spec_of` reads it back."""
        return {key: value for key, value in asdict(self).items() if value or key == "columns"}

    def rules(self) -> list[LeaveOut]:
        """The rows to leave out, in order."""
        rules = []
        for rule in self.leave_out:
            test = next((test for test in _TESTS if test in rule), "")
            value = rule.get(test)
            if test == "in":
                value = frozenset(fold(word) for word in value or ())
            elif test == "equals":
                value = fold(value)
            rules.append(LeaveOut(str(rule["reason"]), str(rule["column"]), test, value))
        return rules


def spec_of(raw: object, kind: Kind) -> MappingSpec:
    """A mapping from plain data, checked against the kind's targets. Raises FileRefused with what is wrong."""

    def wrong(sentence: str) -> FileRefused:
        return FileRefused(IssueKind.BAD_MAPPING, _("The mapping does not hold: %(why)s") % {"why": sentence})

    if not isinstance(raw, Mapping) or not isinstance(raw.get("columns", {}), Mapping):
        raise wrong(_("it must be a table with “columns” that name targets."))
    fields = MappingSpec.__dataclass_fields__
    if strange := sorted(str(key) for key in raw if key not in fields and key != "kind"):
        raise wrong(_("“%(key)s” is no part of a mapping.") % {"key": strange[0]})
    if raw.get("kind") and raw["kind"] != kind.name:
        raise wrong(_("it is for %(kind)s.") % {"kind": raw["kind"]})
    try:
        spec = MappingSpec(
            **{"columns": {}} | {key: value for key, value in raw.items() if key in fields and value is not None}
        )
    except TypeError as error:  # pragma: no cover - every key was checked above
        raise wrong(str(error)) from None
    names = {target.name for target in kind.targets}
    for part in (spec.columns, spec.constants, spec.values, spec.multiply):
        if not isinstance(part, Mapping):
            raise wrong(_("columns, constants, values and multiply are tables."))
        if unknown := sorted(str(name) for name in part if name not in names):
            raise wrong(
                _("there is no target “%(name)s”. The targets are: %(names)s.")
                % {"name": unknown[0], "names": ", ".join(target.name for target in kind.targets)}
            )
    for name, source in spec.columns.items():
        if not isinstance(source, str | list | Mapping):
            raise wrong(
                _("“%(name)s” names a column, a list of columns, or columns with labels; quote a word such as No.")
                % {"name": name}
            )
        target = kind.target(name)
        if isinstance(source, Mapping) and not (target and target.many):
            raise wrong(_("“%(name)s” takes one column, not several with labels.") % {"name": name})
    if odd := [name for name, meanings in spec.values.items() if not isinstance(meanings, Mapping)]:
        raise wrong(_("the values of “%(name)s” are a table: value in the file: what it means.") % {"name": odd[0]})
    if not isinstance(spec.leave_out, list) or not isinstance(spec.row_key, list):
        raise wrong(_("leave_out and row_key are lists."))
    if unknown := [name for name in spec.row_key if name not in names]:
        raise wrong(_("there is no target “%(name)s” for the row key.") % {"name": unknown[0]})
    for rule in spec.leave_out:
        if not isinstance(rule, Mapping) or not {"reason", "column"} <= set(rule) or not set(rule) & set(_TESTS):
            raise wrong(_("each row to leave out names reason, column and one of in, equals, blank, filled, before."))
    if spec.date_order not in {"", "dmy", "mdy", "ymd"} or spec.formulas not in {"refuse", "saved"}:
        raise wrong(_("date_order is dmy, mdy or ymd; formulas is refuse or saved."))
    return spec


def read_spec(path: Path, kind: Kind) -> MappingSpec:
    """A mapping from a YAML file. Raises FileRefused."""
    try:
        return parse_spec(path.read_text(encoding="utf-8"), kind, path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path.name, error) from None


def parse_spec(text: str, kind: Kind, name: str) -> MappingSpec:
    """A mapping from YAML text; `name` is what the sentence calls it. Raises FileRefused."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_PlainLoader)):
            raise yaml.YAMLError(_("references (*name) are not read; write the values out."))
        raw = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a safe loader that knows no dates
    except yaml.YAMLError as error:
        raise _unreadable(name, error) from None
    return spec_of(raw, kind)


class _PlainLoader(yaml.SafeLoader):
    """Reads days as text: a mapping is plain JSON values, and 2023-04-01 is compared as it stands."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_yaml(spec: MappingSpec, kind: Kind) -> str:
    """The mapping as YAML that `parse_spec` reads back."""
    told = {"kind": kind.name, **spec.as_dict()}
    return str(yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120))


def _unreadable(name: str, error: Exception) -> FileRefused:
    sentence = _("The mapping %(path)s cannot be read: %(why)s") % {"path": name, "why": str(error)[:200]}
    return FileRefused(IssueKind.BAD_MAPPING, sentence)


def shipped_layouts(kind: Kind) -> dict[str, MappingSpec]:
    """The layouts a room ships for its kind, by name."""
    own = dict(kind.own_layouts()) if kind.own_layouts else {}
    shipped = sorted(kind.layouts.glob("*.yaml")) if kind.layouts else []
    return own | {path.stem: read_spec(path, kind) for path in shipped}


def fitted(spec: MappingSpec, headers: Sequence[str]) -> MappingSpec:
    """The mapping with each column that ends in * replaced by the columns so called, labelled by what * stands for.

    "Budget year *" takes "Budget year 2019/20" and "Budget year 2020/21"; where none is so called it stays as it is.
    "*" alone takes every column that nothing else of the mapping reads, labelled "*": the room says what it is.
    """
    columns: dict[str, Source] = {}
    read = {fold(column) for source in spec.columns.values() for column in columns_of(source)}
    read |= {fold(rule.column) for rule in spec.rules()}
    for name, source in spec.columns.items():
        if columns_of(source) == ["*"]:
            columns[name] = {header: "*" for header in headers if fold(header) not in read}
            continue
        if not any(column.endswith("*") for column in columns_of(source)):
            columns[name] = source
            continue
        labelled: dict[str, str] = {}
        for column in columns_of(source):
            start = fold(column.removesuffix("*")) if column.endswith("*") else ""
            called = {
                header: fold(header).removeprefix(start).strip()
                for header in headers
                if start and fold(header).startswith(start)
            }
            labelled |= called or {column: source[column] if isinstance(source, dict) else ""}
        columns[name] = labelled
    return replace(spec, columns=columns)


def layout_of(kind: Kind, headers: Sequence[str]) -> MappingSpec | None:
    """The shipped layout that a file is plainly in: every column it reads is there. The one that reads most."""
    if kind.recognise:
        found = kind.recognise(headers)
        if found or not kind.layouts:
            return fitted(found, headers) if found else None
    there = {fold(header) for header in headers}
    fitting: list[tuple[int, MappingSpec]] = []
    for shipped in shipped_layouts(kind).values():
        spec = fitted(shipped, headers)
        wanted = {fold(column) for source in spec.columns.values() for column in columns_of(source)}
        wanted |= {fold(rule.column) for rule in spec.rules()}
        if wanted <= there:
            fitting.append((len(wanted), spec))
    return max(fitting, key=lambda item: item[0])[1] if fitting else None


def automatic_spec(
    kind: Kind, headers: Sequence[str], said: Mapping[str, str] | None = None
) -> MappingSpec:  # fmt: skip
    """The mapping of a file whose headers are the targets' own names, labels or aliases.

    Given what was `said` besides, columns that the room knows for one of many of a target are that, under their header.
    """
    columns = columns_by_name(kind.targets, headers)
    used = {fold(column) for source in columns.values() for column in columns_of(source)}
    known = kind.suggest(headers, said) if kind.suggest and said is not None else {}
    for name in dict.fromkeys(known.values()):
        target = kind.target(name)
        free = {header: header for header, meant in known.items() if meant == name and fold(header) not in used}
        if target and target.many and free:
            columns.setdefault(name, free)
    return MappingSpec(columns)


def columns_by_name(targets: Iterable[Target], headers: Iterable[str]) -> dict[str, Source]:
    """Target → the header that is its name, its label or one of its aliases."""
    there = {fold(header): header for header in headers}
    columns: dict[str, Source] = {}
    for target in targets:
        for known in target.headers():
            if (header := there.get(fold(known))) is not None:
                columns[target.name] = header
                break
    return columns


def suggest(kind: Kind, headers: Sequence[str]) -> dict[str, str]:
    """Header → the target it most likely means. For people to accept or change, never applied by itself."""
    from rapidfuzz import fuzz, process  # here: slow to load, and only a new mapping needs it

    known = {fold(name): target.name for target in kind.targets for name in target.headers()}
    own = {fold(str(name)) for target in kind.targets for name in (target.name, target.label)}
    scored = []  # a likeness to a target's own name goes before one to another word for it
    for header in headers:
        best = process.extractOne(fold(header), list(known), scorer=fuzz.token_set_ratio, score_cutoff=LIKELY)
        if best:
            said = fold(header) if fold(header) in known else best[0]
            score = 101 if said == fold(header) else best[1]
            scored.append((score, said in own, header, known[said]))
    suggestions: dict[str, str] = {}
    for _score, _is_own, header, target in sorted(scored, key=lambda item: (-item[0], not item[1])):
        if target not in suggestions.values():
            suggestions[header] = target
    by_year = next((each.name for each in kind.targets if each.many and each.type == TargetType.AMOUNT), "")
    for header in headers if by_year else ():
        if _YEAR.search(header):
            suggestions.setdefault(header, by_year)
    return suggestions


def clean_headers(cells: Sequence[Cell]) -> list[str]:
    """Headers with spaces tidied, repeated ones numbered "X (2)", empty ones named by their place."""
    names = [re.sub(r"\s+", " ", as_text(cell) if cell is not None else "").strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    seen: dict[str, int] = {}
    clean = []
    for index, name in enumerate(names):
        name = name or _("(column %(number)s)") % {"number": index + 1}
        seen[fold(name)] = count = seen.get(fold(name), 0) + 1
        clean.append(name if count == 1 else f"{name} ({count})")
    return clean


def find_header(rows: Sequence[Sequence[Cell]], wanted: Iterable[str]) -> tuple[int, int]:
    """(index of the row that most looks like the header, how many wanted columns it names); (-1, 0) where none does."""
    folded = {fold(name) for name in wanted}
    best, best_score = -1, (0, 0)
    for index, cells in enumerate(rows):
        filled = [cell for cell in cells if cell not in ("", None)]
        named = len({fold(name) for name in clean_headers(cells)} & folded)
        texts = sum(
            fold(cell) in folded or (isinstance(cell, str) and cents_of(cell) is None)
            or (named > 0 and _A_YEAR.fullmatch(as_text(cell)) is not None)  # beside a name: a column of that year
            for cell in filled
        )  # fmt: skip
        if (len(filled) < 2 and len(cells) > 1) or texts * 2 <= len(filled):
            continue
        if (named, texts) > best_score:
            best, best_score = index, (named, texts)
    return best, best_score[0]


def snake(header: str) -> str:
    """A header as a name in the report.

    >>> snake("Main Budget Appropriation (TOTAL)")
    'main_budget_appropriation_total'
    """
    return re.sub(r"[^a-z0-9]+", "_", fold(header)).strip("_")


def money_columns(
    kind: Kind, spec: MappingSpec, headers: Sequence[str], sample: Sequence[Sequence[Cell]]
) -> dict[str, int]:
    """Snake-cased header → index of each money column: mapped amounts, those the mapping names, and those that
    are called so and hold numbers."""
    places = {fold(header): index for index, header in enumerate(headers)}
    wanted = {fold(name) for name in spec.totals}
    for name, source in spec.columns.items():
        target = kind.target(name)
        if target and target.type == TargetType.AMOUNT:
            wanted |= {fold(column) for column in columns_of(source)}
    for index, header in enumerate(headers):
        filled = [row[index] for row in sample if index < len(row) and row[index] not in ("", None)]
        if _MONEY.search(fold(header)) and filled and all(cents_of(cell) is not None for cell in filled):
            wanted.add(fold(header))
    return {snake(header): places[fold(header)] for header in headers if fold(header) in wanted}


def columns_of(source: Source) -> list[str]:
    """The source columns that a target is read from."""
    return [source] if isinstance(source, str) else [str(column) for column in source]


def fed_targets(spec: MappingSpec, headers: Sequence[str]) -> frozenset[str]:
    """The targets that a column which is there, or a constant, gives a value."""
    there = {fold(header) for header in headers}
    columns = {name for name, source in spec.columns.items() if any(fold(each) in there for each in columns_of(source))}
    return frozenset(columns | spec.constants.keys())


def unread_headers(spec: MappingSpec, headers: Sequence[str]) -> list[str]:
    """The headers that no target is read from and by which no row is left out."""
    read = {fold(column) for source in spec.columns.values() for column in columns_of(source)}
    read |= {fold(rule.column) for rule in spec.rules()}
    return [header for header in headers if fold(header) not in read]


def places_of(spec: MappingSpec, headers: Sequence[str]) -> dict[str, int]:
    """Target → index of the first column of the file that feeds it."""
    there = {fold(header): index for index, header in reversed(list(enumerate(headers)))}
    found = {name: [there.get(fold(each), -1) for each in columns_of(source)] for name, source in spec.columns.items()}
    return {name: first for name, at in found.items() if (first := next((each for each in at if each >= 0), -1)) >= 0}


def check_headers(
    headers: Sequence[str], spec: MappingSpec, kind: Kind, log: IssueLog, *, sheet: str, row: int
) -> None:
    """Say which columns are missing (the file is refused where a required target needs one) and which repeat."""
    there = {fold(header) for header in headers}
    for target in kind.targets:
        source = spec.columns.get(target.name)
        missing = [column for column in columns_of(source) if fold(column) not in there] if source else []
        if source is None and target.required and target.name not in spec.constants:
            raise FileRefused(
                IssueKind.MISSING_COLUMN,
                _("No column is matched to “%(target)s”, which every row needs. Match one. The file has: %(there)s.")
                % {"target": target.label, "there": ", ".join(headers)[:600]},
                sheet=sheet, row=row, column=str(target.label),
            )  # fmt: skip
        for column in missing:
            message = _("There is no column “%(column)s” to read “%(target)s” from. The file has: %(there)s.") % {
                "column": column, "target": target.label, "there": ", ".join(headers)[:600],
            }  # fmt: skip
            if target.required and len(missing) == len(columns_of(source or "")):
                raise FileRefused(IssueKind.MISSING_COLUMN, message, sheet=sheet, row=row, column=column)
            log.warn(IssueKind.MISSING_COLUMN, message, sheet=sheet, row=row, column=column)
    for rule in spec.rules():
        if fold(rule.column) not in there:
            raise FileRefused(
                IssueKind.MISSING_COLUMN,
                _("There is no column “%(column)s”, by which rows are left out (%(reason)s).")
                % {"column": rule.column, "reason": rule.reason},
                sheet=sheet, row=row, column=rule.column,
            )  # fmt: skip
    used = {fold(column) for source in spec.columns.values() for column in columns_of(source)}
    for header in headers:
        base = re.sub(r" \(\d+\)$", "", header)
        if base != header and fold(base) in there and fold(base) in used and fold(header) not in used:
            log.warn(
                IssueKind.DUPLICATE_HEADER,
                _("The header “%(base)s” occurs more than once; the first is read, this one is called “%(header)s”.")
                % {"base": base, "header": header},
                sheet=sheet, row=row, column=header,
            )  # fmt: skip
