"""Small drawings on a 16-unit grid in the colour of the text beside them. A glyph is never the only sign of a state."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_RING = '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
_DISC = '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
_TICK = '<path class="cut" d="m4.6 8.2 2.4 2.5 4.4-5"/>'


def _line(path: str, width: str = "1.7") -> str:
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="{width}"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )


GLYPHS: dict[str, str] = {
    "full": _DISC,
    "half": _RING + '<path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor"/>',
    "quarter": _RING + '<path d="M8 8V2a6 6 0 0 1 6 6z" fill="currentColor"/>',
    "three-quarter": _RING + '<path d="M8 8V2a6 6 0 1 1-6 6z" fill="currentColor"/>',
    "ring": _RING,
    "dashed": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-dasharray="2.4 2.3"/>',
    "target": _RING + '<circle cx="8" cy="8" r="2.5" fill="currentColor"/>',
    "check": _DISC + _TICK,
    "check-square": '<rect x="1" y="1" width="14" height="14" rx="2" fill="currentColor"/>' + _TICK,
    "hatch": '<rect x="2" y="2" width="12" height="12" fill="none" stroke="currentColor" stroke-width="1.4"/>'
    + _line("M2 8l6-6M2 14 14 2M8 14l6-6", "1.4"),
    "triangle": '<path d="M8 1.5 15.2 14H.8z" fill="currentColor"/><path class="cut" d="M8 6v3.6M8 11.8v.1"/>',
    "diamond": '<path d="M8 1.6 14.4 8 8 14.4 1.6 8z" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "slash": _RING + _line("m4 12 8-8", "2"),
    "cross": _RING + _line("m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4", "1.8"),
    "question": _RING + _line("M6.4 6.4a1.7 1.7 0 1 1 2.4 1.6c-.6.3-.8.6-.8 1.1M8 11.2v.1", "1.5"),
    "dots": '<rect x="1" y="3" width="14" height="10" rx="5" fill="none" stroke="currentColor" stroke-width="1.4"'
    ' stroke-dasharray="2 2"/><path d="M4.5 8h.1M8 8h.1M11.4 8h.1" stroke="currentColor" stroke-width="2.2"'
    ' stroke-linecap="round"/>',
    "waves": _line("M1.5 6.5c2.2-2.6 4.3-2.6 6.5 0s4.3 2.6 6.5 0M1.5 11c2.2-2.6 4.3-2.6 6.5 0s4.3 2.6 6.5 0"),
    "pin": '<path fill="currentColor" fill-rule="evenodd" d="M8 .8a5.2 5.2 0 0 0-5.2 5.2c0 3.6 5.2 9.2 5.2 9.2s5.2-5.6'
    ' 5.2-9.2A5.2 5.2 0 0 0 8 .8m0 3.2a2 2 0 1 1 0 4 2 2 0 0 1 0-4"/>',
    "arrow": _RING + _line("M5 8h6M8.6 5.6 11 8l-2.4 2.4", "1.5"),
    "clock": _RING + _line("M8 4.6V8l2.4 1.6", "1.6"),
    "lock": '<rect x="2.5" y="7" width="11" height="8" rx="1.5" fill="currentColor"/>'
    + _line("M5 7V5a3 3 0 0 1 6 0v2"),
    "seal": '<path d="m8 .6 1.9 1.5 2.4-.2.8 2.3 2 1.3-.7 2.3.7 2.3-2 1.3-.8 2.3-2.4-.2L8 15l-1.9-1.5-2.4.2-.8-2.3'
    '-2-1.3.7-2.3-.7-2.3 2-1.3.8-2.3 2.4.2z" fill="currentColor"/>' + _TICK,
    "flag": _line("M3 15V1.8M3 2.5h9.5L10.4 6l2.1 3.5H3"),
    "minus": _line("M3 8h10", "2"),
    "pencil": _line("m2 14 .8-3.4L11 2.4l2.6 2.6-8.2 8.2zM9.4 4l2.6 2.6"),
}

ICONS: dict[str, str] = {
    "search": _line("M7 12.2A5.2 5.2 0 1 0 7 1.8a5.2 5.2 0 0 0 0 10.4M10.8 10.8l3.7 3.7"),
    "inbox": _line("M1.5 9.5 3.5 3h9l2 6.5v4h-13zM1.5 9.5H5l1 2h4l1-2h3.5"),
    "person": _line("M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.2 14.4c.6-3 2.9-4.6 5.8-4.6s5.2 1.6 5.8 4.6"),
    "menu": _line("M2 4h12M2 8h12M2 12h12"),
    "down": _line("m3.5 6 4.5 4.5L12.5 6"),
    "up": _line("m3.5 10 4.5-4.5 4.5 4.5"),
    "left": _line("M10 3.5 5.5 8l4.5 4.5"),
    "right": _line("M6 3.5 10.5 8 6 12.5"),
    "sort": _line("m4.5 6 3.5-3.5L11.5 6M4.5 10l3.5 3.5 3.5-3.5", "1.4"),
    "download": _line("M8 1.8v8.4M4.4 7 8 10.6 11.6 7M2 14h12"),
    "upload": _line("M8 10.6V2.2M4.4 5.4 8 1.8l3.6 3.6M2 14h12"),
    "print": _line("M4.5 6V1.8h7V6M4.5 11.5h-3V6h13v5.5h-3M4.5 9.5h7v4.7h-7z"),
    "edit": GLYPHS["pencil"],
    "add": _line("M8 2.5v11M2.5 8h11"),
    "remove": _line("m3.5 3.5 9 9m0-9-9 9"),
    "filter": _line("M1.8 3h12.4L9.6 8.4v5l-3.2-1.6V8.4z"),
    "columns": _line("M1.8 2.5h12.4v11H1.8zM6 2.5v11M10 2.5v11", "1.4"),
    "rows": _line("M2 3.5h12M2 6.5h12M2 9.5h12M2 12.5h12", "1.3"),
    "history": _line("M2.2 8A5.8 5.8 0 1 0 4 3.8L2 5.8M2 2v3.8h3.8M8 4.8V8l2.2 1.6", "1.4"),
    "info": _line("M8 14.4A6.4 6.4 0 1 0 8 1.6a6.4 6.4 0 0 0 0 12.8M8 7.4v3.8M8 4.8v.1", "1.4"),
    "warning": _line("M8 2 14.8 13.8H1.2zM8 6.4v3.4M8 11.8v.1", "1.4"),
    "check": _line("m2.8 8.6 3.4 3.6 7-8", "2"),
    "home": _line("m1.6 8 6.4-5.8L14.4 8M3.4 6.6V14h9.2V6.6"),
    "board": _line("M1.8 1.8H7V7H1.8zM9 1.8h5.2V7H9zM1.8 9H7v5.2H1.8zM9 9h5.2v5.2H9z", "1.4"),
    "place": GLYPHS["pin"],
    "map": _line("m1.6 3.4 4.2-1.6 4.4 1.6 4.2-1.6v10.8l-4.2 1.6-4.4-1.6-4.2 1.6zM5.8 1.8v10.8M10.2 3.4v10.8", "1.4"),
    "table": _line("M1.8 2.5h12.4v11H1.8zM1.8 6h12.4M1.8 9.8h12.4M6 2.5v11", "1.4"),
    "plan": _line("M3 1.8h7l3 3v9.4H3zM10 1.8v3h3M5.4 8h5.2M5.4 11h5.2", "1.4"),
    "people": _line(
        "M6 7.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M1.2 13.6c.4-2.6 2.3-4 4.8-4s4.4 1.4 4.8 4"
        "M10.8 7.4a2.2 2.2 0 0 0 0-4.4M12.2 9.8c1.5.5 2.4 1.8 2.6 3.8",
        "1.4",
    ),
    "link": _line(
        "M6.8 9.2a3 3 0 0 0 4.3 0l2.4-2.4a3 3 0 0 0-4.3-4.3L8 3.7M9.2 6.8"
        "a3 3 0 0 0-4.3 0L2.5 9.2a3 3 0 0 0 4.3 4.3L8 12.3",
        "1.4",
    ),
    "seal": _line(
        "m8 1.2 1.7 1.3 2.2-.2.7 2.1 1.8 1.2-.6 2.1.6 2.1-1.8 1.2-.7 2.1-2.2-.2L8 14.2l-1.7-1.3-2.2.2-.7-2.1-1.8-1.2"
        ".6-2.1-.6-2.1 1.8-1.2.7-2.1 2.2.2zM5.6 7.8l1.7 1.8 3-3.6",
        "1.3",
    ),
    "help": GLYPHS["question"],
    "external": _line("M6 3H2.4v10.6H13V10M9 2h5v5M14 2 7.5 8.5", "1.4"),
}


def glyph(name: str) -> SafeString:
    """The drawing of a state, hidden from screen readers: its word stands beside it."""
    return _drawing("glyph", GLYPHS[name])


def icon(name: str) -> SafeString:
    """An icon for a control, hidden from screen readers: the control has a text of its own."""
    return _drawing("icon", ICONS[name])


@cache
def _drawing(css_class: str, body: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">{}</svg>',
        css_class,
        mark_safe(body),  # noqa: S308 - constant drawings of this file
    )
