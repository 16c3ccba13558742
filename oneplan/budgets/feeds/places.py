"""Whose figures they are, and what a row says of where they lie: names and codes looked up in the registers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from oneplan.budgets.feeds.binding import month_after
from oneplan.budgets.feeds.meanings import Findings, Said
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.kinds import TextTable
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import Directory
from oneplan.spaces.models import MunicipalArea, Succession

STANDS = 9999  # the year in which an institution that still exists is gone
_WHOLE = 0.99  # share of a territory from which its successor has all of it
_CODE = re.compile(r"\(\s*([A-Z]{2,3}\d{0,3})\s*\)")
_LISTED = re.compile(r"[ABC]\s+([A-Z]{2,3}\d{0,3})\b")  # category, code, name: as the Division of Revenue Act prints it
_WARD = re.compile(r"\d{8}")
_WEST, _SOUTH, _EAST, _NORTH = 16.0, -35.5, 33.5, -22.0


@dataclass(frozen=True)
class _Ended:
    """A municipality that no longer exists: what took it over, and when."""

    on: date
    successors: tuple[tuple[str, float], ...]


@dataclass
class Register:
    """Institutions and territories in one run."""

    as_at: date
    first_month: int  # of financial years, 0: each institution's own
    directory: Directory = field(init=False)
    ended: Mapping[str, _Ended] = field(init=False)
    areas: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.directory = Directory(self.as_at)
        steps: dict[str, list[tuple[date, str, float]]] = {}
        for step in Succession.objects.filter(level="municipal_area"):
            steps.setdefault(step.predecessor_code, []).append(
                (step.on, step.successor_code, float(step.share_of_area))
            )
        self.ended = {
            code: _Ended(max(on for on, *_rest in taken), tuple((to, share) for _on, to, share in taken))
            for code, taken in steps.items()
        }
        self.areas = frozenset(MunicipalArea.objects.values_list("code", flat=True))

    def municipality(self, code: str) -> Institution | None:
        """The municipality of that demarcation code."""
        found = self.directory.resolve(code, sphere="local").institution
        return found if found and found.municipality_code == code else None


def institutions(found: Findings, all_said: Sequence[Said], register: Register) -> list[tuple[object, ...]]:
    """Rows of meanings.SHAPES["institution"]."""
    return [_institution(found, said, register) for said in all_said]


def _institution(found: Findings, said: Said, register: Register) -> tuple[object, ...]:
    name, province, year_end = (said.texts[target] for target in ("institution", "province", "year_end"))
    name = found.bound.values.get("institution", {}).get(name.casefold(), name)
    if found.bound.layout.sphere == "local" and (listed := _LISTED.match(name)):
        name = listed[1]
    basis = month_after(year_end) if year_end else register.first_month
    if not name:
        return (
            "",
            0,
            STANDS,
            found.fault(IssueKind.REQUIRED, "institution", _("The institution is empty; every row needs one.")),
        )
    if not basis:
        message = (
            _("“%(said)s” is no month in which a financial year ends. Write a month, such as March.")
            % {"said": year_end}
            if year_end else
            _("Nobody says when the financial year of %(name)s ends. Add a column “Year End”, or say it for the whole"
              " file (--set year_end=March).") % {"name": name}
        )  # fmt: skip
        return ("", 0, STANDS, found.fault(IssueKind.YEAR_WITHOUT_BASIS, "year_end", message))
    resolved = register.directory.resolve(name, province=province or None, sphere=found.bound.layout.sphere or None)
    if resolved.institution:
        if resolved.matches[0].how == "former":
            message = _("“%(name)s” is a former name of %(now)s; read so.")
            found.warn(
                said, "institution", IssueKind.NORMALISED, message % {"name": name, "now": resolved.institution.name}
            )
        return (resolved.institution.code, basis, STANDS, 0)
    if resolved.matches:
        message = _("“%(name)s” may be %(which)s. Write the code of the one that is meant.") % {
            "name": name,
            "which": ", ".join(f"{m.institution.name} ({m.institution.code})" for m in resolved.matches[:5]),
        }  # fmt: skip
        return ("", basis, STANDS, found.fault(IssueKind.AMBIGUOUS, "institution", message))
    if ended := register.ended.get(name.upper()):
        return _of_successor(found, said, register, name.upper(), ended, basis)
    near = ", ".join(f"{s.name} ({s.institution.code})" for s in resolved.suggestions[:3])
    message = _("The register knows no institution “%(name)s”%(where)s. The nearest: %(near)s. Correct it, or"
                " have the name"
                " recorded as another name of the right one, and import again.") % {
        "name": name, "where": _(" in %(province)s") % {"province": province} if province else "",
        "near": near or _("none"),
    }  # fmt: skip
    return ("", basis, STANDS, found.fault(IssueKind.UNKNOWN_INSTITUTION, "institution", message))


def _of_successor(
    found: Findings, said: Said, register: Register, code: str, ended: _Ended, basis: int
) -> tuple[object, ...]:
    """Figures of years before a municipality went over into another are that one's history; later ones a mistake."""
    [(heir, share), *others] = sorted(ended.successors, key=lambda each: -each[1])
    institution = register.municipality(heir)
    facts = {"code": code, "on": ended.on.isoformat(), "heirs": ", ".join(to for to, _share in ended.successors)}
    if others or share < _WHOLE or institution is None:
        message = _("The municipality %(code)s no longer exists since %(on)s; its area went to %(heirs)s."
                    " Nobody can say"
                    " whose these figures are now: have them reported by those.") % facts  # fmt: skip
        return ("", basis, STANDS, found.fault(IssueKind.ENDED, "institution", message))
    gone = ended.on.year + (ended.on >= date(ended.on.year, basis, 1))
    found.warn(
        said, "institution", IssueKind.ENDED,
        _("The municipality %(code)s no longer exists since %(on)s: its figures of earlier years are kept as those of"
          " %(heirs)s, and rows of later years are refused.") % facts,
    )  # fmt: skip
    return (institution.code, basis, gone, 0)


def named_in_heading(table: TextTable, register: Register) -> str:
    """The municipality named in the lines above a table, by its code; else the one after which the sheet is called."""
    title = " ".join(str(cell) for line in table.lines for cell in line if cell not in ("", None))
    for said in (*_CODE.findall(title), table.sheet.strip().upper()):
        if institution := register.municipality(said):
            return institution.code
    return ""


def receivers(found: Findings, all_said: Sequence[Said], register: Register) -> list[tuple[object, ...]]:
    """Rows of meanings.SHAPES["receiver"]: a sphere as written, or an institution."""
    columns = found.bound.columns
    is_reporter = columns.get("receiver") == columns.get("institution")  # who is allocated something receives it
    sphere = found.bound.layout.sphere or None if is_reporter else None
    rows: list[tuple[object, ...]] = []
    for said in all_said:
        name = said.texts["receiver"]
        if not name or name.casefold() in ("national", "provincial", "local", "agencies"):
            rows.append((name.casefold(), 0))
        elif institution := register.directory.resolve(name, sphere=sphere).institution:
            rows.append((institution.code, 0))
        else:
            if is_reporter:
                rows.append(("", 0))  # said of the institution already
                continue
            message = _("The register knows no receiver “%(name)s”. Write an institution, or national, provincial or"
                        " local.") % {"name": name}  # fmt: skip
            rows.append(("", found.fault(IssueKind.UNKNOWN_INSTITUTION, "receiver", message)))
    return rows


def evidence(
    found: Findings, all_said: Sequence[Said], register: Register
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows of meanings.SHAPES["evidence"], and the record's table of evidence."""
    rows: list[tuple[object, ...]] = []
    kept: dict[tuple[object, ...], int] = {}
    for said in all_said:
        stated = _evidence(found, said, register)
        rows.append((kept.setdefault(stated, len(kept) + 1) if any(stated) else 0, 0))
    return rows, [(number, *stated) for stated, number in kept.items()]


def _evidence(found: Findings, said: Said, register: Register) -> tuple[object, ...]:
    texts = said.texts
    parts = [texts[f"region_{level}"] for level in range(1, 4)]
    region = " | ".join(part for index, part in enumerate(parts) if part and part not in parts[:index])
    area = ""
    if name := texts["municipality"]:
        institution = register.directory.resolve(name, sphere="local").institution
        area = institution.municipality_code if institution and institution.municipality_code in register.areas else ""
        if not area:
            found.warn(
                said, "municipality", IssueKind.UNKNOWN_PLACE,
                _("The register knows no municipality “%(name)s”. The figures are kept, not placed by it.")
                % {"name": name},
            )  # fmt: skip
    ward = texts["ward"] if _WARD.fullmatch(texts["ward"]) else ""
    year = int(texts["ward_year"]) if ward and texts["ward_year"].isdigit() else None
    point = _point(texts["longitude"], texts["latitude"])
    return (region, area, ward if year else "", year if ward else None, *point)


def _point(longitude: str, latitude: str) -> tuple[float | None, float | None]:
    """Coordinates where they are a place in South Africa; 0/0 and swapped ones are none."""
    try:
        east, north = float(longitude), float(latitude)
    except ValueError:
        return None, None
    return (east, north) if _WEST <= east <= _EAST and _SOUTH <= north <= _NORTH else (None, None)
