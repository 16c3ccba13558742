"""Charts as SVG text for print, PDF and Word: direct labels, zero base, never colour alone. Pure.

Each gives a `Drawing`: the picture, a title that says the finding, a subtitle with unit, source and date, and the same
in words for those who cannot see it. Nothing is drawn that is not said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from textwrap import wrap

from django.utils.translation import gettext as _

from oneplan.money import format_rand_short
from oneplan.platform.web.numerals import grouped
from oneplan.portal.figures import YearOfMoney

FONT = "Libertinus Serif, Noto Sans, sans-serif"
INK, MUTED, LINE, PANEL = "#17222b", "#52606b", "#d5dbe0", "#f5f7f8"
GOOD, PART, MISSING, PROPOSED, QUIET = "#2b7a4b", "#a86400", "#b3261e", "#5b5fc7", "#6b7780"
TEAL = ("#dcebef", "#a9cdd6", "#6aa6b5", "#2f7d92", "#1d4f63")
SPHERES = {"national": "#1d4f63", "provincial": "#2f7d92", "local": "#a9cdd6", "": "#c9b68a"}
WIDTH = 640


@dataclass(frozen=True)
class Drawing:
    """A chart or map. `svg` is self-contained; `title`, `subtitle` and `alt` stand beside it as text."""

    svg: str
    title: str
    subtitle: str
    alt: str

    def __str__(self) -> str:
        return self.svg


@dataclass(frozen=True)
class Part:
    """One kind of thing in a bar: its word, its colour, and whether it is hatched (not secured, not done)."""

    label: str
    colour: str
    is_hatched: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar: its label, a figure for each part in order, and the words at its end."""

    label: str
    values: Sequence[Decimal | int]
    said: str

    @property
    def total(self) -> Decimal:
        return sum((Decimal(value) for value in self.values), Decimal(0))


def bars(parts: Sequence[Part], rows: Sequence[Bar], *, label_width: int = 190, width: int = WIDTH) -> str:
    """Stacked horizontal bars from zero, each with its words at its end and a legend of parts over them.

    `width` is in the chart's own units: 640 for the width of a page, about half of it for a column.
    """
    legend, top = _legend(parts, width)
    row, letters = 24, int(label_width / 6.1)
    size = 12.5 if all(len(bar.label) <= letters for bar in rows) else 10.8
    most = max((bar.total for bar in rows), default=Decimal(0)) or Decimal(1)
    room = width - label_width - 9 - 6.6 * max((len(bar.said) for bar in rows), default=0)
    height = top + row * len(rows) + 8
    drawn = [legend]
    for line, bar in enumerate(rows):
        y = top + line * row
        drawn += _label(label_width - 8, y + 13, bar.label, int(label_width / (0.49 * size)), size)
        x = float(label_width)
        for part, value in zip(parts, bar.values, strict=True):
            wide = float(Decimal(value) / most) * room
            if wide > 0:
                drawn.append(_box(x, y + 2, wide, row - 8, part))
            x += wide
        drawn.append(_text(x + 6, y + 13, bar.said, colour=INK))
    drawn.append(f'<path d="M{label_width} {top - 4}V{height - 6}" stroke="{INK}" stroke-width="1"/>')
    return _svg(width, height, drawn, parts)


def columns(parts: Sequence[Part], rows: Sequence[Bar], *, tall: int = 118, width: int = WIDTH) -> str:
    """Stacked columns from zero, each with its words on top and its label under it, and a legend of parts over them."""
    legend, top = _legend(parts, width)
    top += 18
    foot = top + tall
    most = max((bar.total for bar in rows), default=Decimal(0)) or Decimal(1)
    step = min(92.0, width / max(len(rows), 1))
    drawn = [legend]
    for index, bar in enumerate(rows):
        x = index * step + step * 0.15
        wide, y = step * 0.7, float(foot)
        for part, value in zip(parts, bar.values, strict=True):
            high = float(Decimal(value) / most) * tall
            y -= high
            if high > 0:
                drawn.append(_box(x, y, wide, high, part))
        drawn.append(_text(x + wide / 2, y - 5, bar.said, anchor="middle"))
        drawn.append(_text(x + wide / 2, foot + 16, bar.label, anchor="middle", colour=MUTED))
    drawn.append(f'<path d="M0 {foot}H{max(step * len(rows), 120):.1f}" stroke="{INK}" stroke-width="1"/>')
    return _svg(width, foot + 24, drawn, parts)


# --- the charts of a plan --------------------------------------------------------------------------------------------

STATE_PARTS = (
    ("signed", GOOD, False),
    ("delivered", "#164f30", False),
    ("agreed", TEAL[3], False),
    ("proposed", PROPOSED, True),
)
FUNDING_PARTS = (("funded", GOOD, False), ("part", PART, False), ("unfunded", MISSING, True), ("unknown", QUIET, True))


def commitments_by_area(areas: Sequence[tuple[str, Mapping[str, int]]], *, source: str, width: int = WIDTH) -> Drawing:
    """Commitments by transformation area and state. `areas` are (label, {state: how many})."""
    names = {
        "signed": _("Signed by all"),
        "delivered": _("Delivered"),
        "agreed": _("Agreed, not all signed"),
        "proposed": _("Proposed, not agreed"),
    }
    seen = {state for _label, counts in areas for state, count in counts.items() if count}
    told = [(state, Part(names[state], colour, hatched)) for state, colour, hatched in STATE_PARTS if state in seen]
    rows = [
        Bar(label, [counts.get(state, 0) for state, _part in told], str(sum(counts.values())))
        for label, counts in areas
    ]
    every = sum(sum(counts.values()) for _label, counts in areas)
    done = sum(counts.get("signed", 0) + counts.get("delivered", 0) for _label, counts in areas)
    title = _("%(signed)s of %(all)s commitments are signed by all their parties") % {"signed": done, "all": every}
    return Drawing(
        bars([part for _state, part in told], rows, label_width=min(240, width // 2 - 20), width=width),
        title,
        _("Number of commitments by transformation area and state. %(source)s") % {"source": source},
        f"{title}. {_spoken(rows, [part for _state, part in told])}",
    )


def funded_share(counts: Mapping[str, int], *, source: str, width: int = WIDTH) -> Drawing:
    """How many commitments are funded, in part, or not. `counts` are by funding code ("" is unknown)."""
    names = {"funded": _("Funded"), "part": _("Funded in part"), "unfunded": _("Unfunded"), "unknown": _("Unknown")}
    told = [(code, Part(names[code], colour, hatched), counts.get(code, 0)) for code, colour, hatched in FUNDING_PARTS]
    told = [each for each in told if each[2]]
    every = sum(number for _code, _part, number in told)
    title = _("%(funded)s of %(all)s commitments are fully funded; %(unfunded)s have no money at all") % {
        "funded": counts.get("funded", 0),
        "all": every,
        "unfunded": counts.get("unfunded", 0),
    }
    rows = [
        Bar(
            part.label,
            [number if part is each else 0 for _c, each, _n in told],
            f"{number} ({_percent(number, every)})",
        )
        for _code, part, number in told
    ]
    return Drawing(
        bars([part for _code, part, _number in told], rows, label_width=110, width=width),
        title,
        _("Number of commitments by whether committed or tabled pledges cover the cost. %(source)s")
        % {"source": source},
        f"{title}. " + "; ".join(f"{row.label}: {row.said}" for row in rows) + ".",
    )


def rand_by_sphere_and_year(
    years: Sequence[YearOfMoney], *, months: str, source: str, width: int = WIDTH, tall: int = 118
) -> Drawing:
    """Pledged rand by sphere and financial year of one basis; `months` says which ("Apr–Mar"). Unfunded is shown."""
    names = {"national": _("National"), "provincial": _("Provincial"), "local": _("Local"), "": _("Partners")}
    spheres = [code for code in SPHERES if any(year.spheres.get(code) for year in years)]
    parts = [Part(names[code], SPHERES[code]) for code in spheres]
    parts += [Part(_("Indicative only"), PART, True), Part(_("Unfunded"), MISSING, True)]
    rows = []
    for year in years:
        values = [*(year.spheres.get(code, Decimal(0)) for code in spheres), year.indicative, year.unfunded]
        rows.append(Bar(year.label, values, format_rand_short(sum(values, Decimal(0)))))
    secured = sum((year.secured for year in years), Decimal(0))
    unfunded = sum((year.unfunded for year in years), Decimal(0))
    title = _("%(secured)s is committed or tabled over these years; %(unfunded)s is said to be unfunded") % {
        "secured": format_rand_short(secured),
        "unfunded": format_rand_short(unfunded),
    }
    return Drawing(
        columns(parts, rows, width=width, tall=tall),
        title,
        _("Rand pledged by sphere and financial year (%(months)s), by this space's share. %(source)s")
        % {
            "months": months,
            "source": source,
        },
        f"{title}. {_spoken(rows, parts, rand=True)}",
    )


def participation_by_stage(stages: Sequence[tuple[str, Mapping[str, int]]], *, source: str) -> Drawing:
    """What became of the parties asked, by stage. `stages` are (label, {state: how many})."""
    known = (
        ("contributed", _("Contributed"), GOOD, False),
        ("opened", _("Opened"), TEAL[2], False),
        ("asked", _("Asked"), TEAL[1], False),
        ("declined", _("Declined"), PART, True),
        ("silent", _("Silent past the date"), MISSING, True),
    )
    seen = {state for _label, counts in stages for state, count in counts.items() if count}
    told = [(code, Part(label, colour, hatched)) for code, label, colour, hatched in known if code in seen]
    parts = [part for _code, part in told]
    rows = [
        Bar(
            label,
            [counts.get(code, 0) for code, _part in told],
            _("%(done)s of %(asked)s") % {"done": counts.get("contributed", 0), "asked": sum(counts.values())},
        )
        for label, counts in stages
    ]
    asked = sum(sum(counts.values()) for _label, counts in stages)
    done = sum(counts.get("contributed", 0) for _label, counts in stages)
    title = _("%(done)s of %(asked)s contributions asked for were made") % {"done": done, "asked": asked}
    return Drawing(
        bars(parts, rows, label_width=210),
        title,
        _("Number of parties asked, by stage and what became of it. %(source)s") % {"source": source},
        f"{title}. {_spoken(rows, parts)}",
    )


# --- ink -------------------------------------------------------------------------------------------------------------


def _percent(number: int, every: int) -> str:
    return f"{grouped(Decimal(100) * number / every, 0)}\N{NO-BREAK SPACE}%" if every else "–"


def _spoken(rows: Sequence[Bar], parts: Sequence[Part], *, rand: bool = False) -> str:
    def said(value: Decimal | int) -> str:
        return format_rand_short(Decimal(value)) if rand else str(value)

    lines = []
    for row in rows:
        pairs = zip(parts, row.values, strict=True)
        lines.append(f"{row.label}: " + (", ".join(f"{part.label} {said(v)}" for part, v in pairs if v) or "0"))
    return "; ".join(lines) + "."


def _legend(parts: Sequence[Part], width: int) -> tuple[str, int]:
    """The parts by colour, texture and word, in as many lines as they need, and where the chart begins under them."""
    drawn, x, y = [], 0.0, 2
    for part in parts:
        wide = 17 + 6.1 * len(part.label)
        if x and x + wide > width:
            x, y = 0.0, y + 18
        drawn += [_box(x, y, 12, 12, part), _text(x + 17, y + 10.5, part.label)]
        x += wide + 18
    return "".join(drawn), y + 28


def _label(x: float, y: float, words: str, letters: int, size: float) -> list[str]:
    """A label before a bar, in one line or two."""
    head, *rest = wrap(words, letters) or [""]
    if not rest:
        return [_text(x, y, head, anchor="end", size=size)]
    return [_text(x, y - 5, head, anchor="end", size=size), _text(x, y + 6, " ".join(rest), anchor="end", size=size)]


def _box(x: float, y: float, wide: float, tall: float, part: Part) -> str:
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    if not part.is_hatched:
        return f'<rect {shape} fill="{part.colour}" stroke="#ffffff" stroke-width=".6"/>'
    return f'<rect {shape} fill="url(#h{part.colour[1:]})" stroke="{part.colour}" stroke-width=".8"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = INK, size: float = 12.5) -> str:
    shape = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
    return f"<text {shape}>{escape(words)}</text>"


def _svg(width: int, height: float, drawn: Sequence[str], parts: Sequence[Part]) -> str:
    hatches = "".join(
        f'<pattern id="h{colour[1:]}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="#ffffff"/><path d="M0 0V5" stroke="{colour}" stroke-width="2.6"/></pattern>'
        for colour in dict.fromkeys(part.colour for part in parts if part.is_hatched)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}"'
        f' font-family="{FONT}"><defs>{hatches}</defs>{"".join(drawn)}</svg>'
    )
