"""Invented content for the style guide: nothing here is about a real place, party or amount."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.states import STATES

DAY = date(2026, 11, 22)


class SpecimenForm(forms.Form):
    """One field of each layout."""

    title = forms.CharField(label="Title", help_text="What will exist when it is done, in one line.")
    amount = forms.CharField(label="Amount", help_text="In rand, for example R1 234 567,00.")
    area = forms.ChoiceField(
        label="Area", choices=[("", "Choose…"), ("1", "Economic positioning"), ("2", "Governance")]
    )
    due_on = forms.DateField(
        label="Due", required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input-short"})
    )
    basis = forms.ChoiceField(
        label="Financial year",
        choices=[("PFMA", "April to March (national and provincial)"), ("MFMA", "July to June (municipal)")],
        widget=forms.RadioSelect,
    )
    markers = forms.MultipleChoiceField(
        label="Markers",
        required=False,
        choices=[("youth", "Youth"), ("women", "Women"), ("jobs", "Job creation")],
        widget=forms.CheckboxSelectMultiple,
    )
    story = forms.CharField(
        label="Description",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-editor": ""}),
        initial="<p>The bulk line serves <strong>three towns</strong>.</p><ul><li>Phase 1: pump station</li>"
        "<li>Phase 2: reservoir</li></ul>",
    )
    evidence = forms.FileField(label="Evidence", required=False, help_text="PDF or picture, at most 100 MB.")
    is_catalytic = forms.BooleanField(label="This is a catalytic project", required=False)


class SpecimenFilter(forms.Form):
    """A filter bar."""

    q = forms.CharField(label="Text", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), ("signed", "Signed"), ("proposed", "Proposed")]
    )
    place = forms.ChoiceField(label="Place", required=False, choices=[("", "All"), ("placed", "Placed")])


def _stages() -> list[dict[str, Any]]:
    names = ["Diagnostic", "Vision", "Strategy", "Commitments", "Draft", "Adoption", "Implementation and review"]
    states = ["done", "done", "late", "current", "not_started", "not_started", "not_started"]
    return [
        {
            "number": number,
            "name": name,
            "state": state,
            "href": f"#stage-{number}" if number < 5 else "",
            "ended_on": date(2026, 2 * number, 14) if state == "done" else None,
            "due_on": date(2026, 6 + number, 1) if state in {"late", "current"} else None,
        }
        for number, (name, state) in enumerate(zip(names, states, strict=True), start=1)
    ]


def _rows() -> list[dict[str, Any]]:
    states = ["signed", "agreed", "proposed", "delivered", "withdrawn", "proposed"]
    titles = [
        "Bulk water pipeline between the dam and three towns",
        "Upgrade of the district hospital's theatre block",
        "Agri-park processing shed and access road",
        "Refurbishment of 14 school toilets blocks",
        "Industrial park, phase two",
        "Solar plant for pump stations with a long name that wraps over more than one line",
    ]
    return [
        {
            "ref": f"C-{position + 11:03d}",
            "title": title,
            "state": state,
            "lead": ["Department of one thing", "Province of another", "Municipality of here"][position % 3],
            "amount": Decimal(position * 37_654_321 + 950_000),
            "money": [("committed", 6 - position), ("tabled", 2), ("indicative", position), ("unfunded", 3)],
            "funding": ["committed", "tabled", "indicative", "unfunded"][position % 4],
            "place": ["placed", "not_placed", "approximate"][position % 3],
            "due_on": date(2027, 3 + position, 1),
            "is_late": position == 2,
            "progress": [12, 18, None, 31, 40 + position],
        }
        for position, (title, state) in enumerate(zip(titles, states, strict=True))
    ]


def _tiles() -> list[dict[str, Any]]:
    glyphs = ["done", "current", "late", "", "part", "sample"]
    return [
        {
            "code": f"XX{row * 9 + col + 1}",
            "name": f"Invented space {row * 9 + col + 1}",
            "col": col,
            "row": row,
            "class": "no-data" if (row * 9 + col) % 11 == 5 else f"seq-{(row * 3 + col) % 5 + 1}",
            "glyph": glyphs[(row + col) % 6],
            "href": "#tile",
            "title": f"Invented space {row * 9 + col + 1}: stage {(row * 3 + col) % 5 + 1} of 7",
        }
        for row in range(6)
        for col in range(9)
        if (row, col) not in {(0, 0), (0, 1), (0, 2), (5, 8), (5, 0)}
    ]


def _shapes() -> list[tuple[str, str, str, str, str, str]]:
    corners = [
        "M60 60 240 40 300 160 180 240 40 200z",
        "M240 40 430 50 460 170 300 160z",
        "M300 160 460 170 470 290 330 320 180 240z",
        "M40 200 180 240 330 320 200 360 60 330z",
    ]
    shades = ["seq-2", "seq-4", "no-data", "not_placed"]
    return [
        (
            f"X{position}",
            f"Invented area {position}",
            path,
            shade,
            "#area",
            f"Invented area {position}: {position * 12} %",
        )
        for position, (path, shade) in enumerate(zip(corners, shades, strict=True), start=1)
    ]


def specimens(request: HttpRequest) -> dict[str, Any]:
    """The context of the style guide."""
    tested = SpecimenForm({"title": "", "amount": "12 apples", "basis": "PFMA"}, auto_id="bad_%s")
    tested.add_error("amount", "“12 apples” is not an amount. Write a number in rand, for example 1234567.00.")
    found = SpecimenFilter(request.GET or None, auto_id="filter_%s")
    if not request.GET:
        found = SpecimenFilter({"state": "", "q": ""}, auto_id="filter_%s")
    return {
        "is_sample": True,
        "place": {"name": "Invented space", "code": "XX1", "href": "#place"},
        "states": [(code, look) for code, look in STATES.items()],
        "today": DAY,
        "instant": datetime(2026, 11, 22, 12, 5, tzinfo=UTC),
        "financial_year": FinancialYear(2026, Basis.PFMA),
        "municipal_year": FinancialYear(2026, Basis.MFMA),
        "amount": Decimal("1234567890.5"),
        "small_amount": Decimal("-45000"),
        "stages": _stages(),
        "rows": _rows(),
        "total": sum((row["amount"] for row in _rows()), Decimal(0)),
        "page": paginate(request, list(range(340)), 50),
        "sorting": sorting(request, {"ref": "ref", "due": "due_on", "amount": "amount"}, "ref"),
        "form": SpecimenForm(),
        "tested": tested,
        "filter_form": found,
        "chips": chips(request, found),
        "parts": [("signed", 31), ("agreed", 18), ("proposed", 52), ("withdrawn", 4), ("delivered", 15)],
        "money": [("committed", 410), ("tabled", 120), ("indicative", 260), ("unfunded", 330)],
        "series": [("2011", 31.4), ("2014", 34.0), ("2016", None), ("2018", 38.2), ("2022", 41.9)],
        "tiles": _tiles(),
        "shapes": _shapes(),
        "legend": [
            ("seq-1", "0–20 %"),
            ("seq-2", "20–40 %"),
            ("seq-3", "40–60 %"),
            ("seq-4", "60–80 %"),
            ("seq-5", "over 80 %"),
        ],
        "sequential": [(f"seq-{step}", f"{step * 20} %") for step in range(1, 6)],
        "diverging": [(f"div-{step}", f"{step - 4:+d}".replace("+0", "0").replace("-", "−")) for step in range(1, 8)],
        "conflict": [
            {
                "name": "title",
                "label": "Title",
                "yours": "Bulk water for three towns",
                "stored": "Bulk water for four towns",
                "merge": True,
            }
        ],
        "entries": [
            {
                "at": datetime(2026, 11, 20, 9, 12, tzinfo=UTC),
                "who": "Thandi, hub manager",
                "what": "Changed the amount",
                "reason": "Tender came in lower.",
                "changes": [{"field": "Amount", "before": "R12,4 m", "after": "R11,9 m"}],
            },
            {
                "at": datetime(2026, 11, 2, 7, 40, tzinfo=UTC),
                "who": "Sipho, signatory",
                "what": "Agreed the commitment",
            },
        ],
    }
