"""`{% load web %}`: the words of the design system (docs/design-system.md; seen alive at /style/)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    HiddenInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.money import format_rand, format_rand_short
from oneplan.periods.years import FinancialYear
from oneplan.platform.web import assets, figures, glyphs, numerals, script_words
from oneplan.platform.web.lists import Sorting
from oneplan.platform.web.numerals import as_decimal, grouped
from oneplan.platform.web.states import state_of

register = template.Library()


def _unknown(word: str = "") -> SafeString:
    return format_html('<span class="unknown">{}</span>', word or _("unknown"))


# --- signs -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def state(code: str, label: str = "", compact: bool = False) -> SafeString:
    """A state as shape, colour and word; `compact` keeps the word for screen readers and the tooltip only."""
    return _state(str(code), str(label), compact, get_language())


@lru_cache(maxsize=4096)
def _state(code: str, label: str, compact: bool, _language: str | None) -> SafeString:
    look = state_of(code)
    word = label or look.label
    if compact:
        return format_html(
            '<span class="state state-compact tone-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
            look.tone,
            word,
            glyphs.glyph(look.glyph),
            word,
        )
    return format_html(
        '<span class="state tone-{}">{}<span class="state-word">{}</span></span>',
        look.tone,
        glyphs.glyph(look.glyph),
        word,
    )


@register.simple_tag
def state_key(codes: str) -> SafeString:
    """What the compact states of a table mean, as a line above or below it: shape and word of each code."""
    return format_html(
        '<ul class="legend state-key">{}</ul>',
        format_html_join("", "<li>{}</li>", ((state(c),) for c in codes.split())),
    )


@register.simple_tag
def glyph(code: str) -> SafeString:
    """Only the shape of a state, in its colour; the word must stand beside it."""
    look = state_of(code)
    return format_html('<span class="tone-{}">{}</span>', look.tone, glyphs.glyph(look.glyph))


@register.simple_tag
def drawn(name: str) -> SafeString:
    """A shape by its own name, in the colour of the text."""
    return glyphs.glyph(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon for a control that has a text of its own."""
    return glyphs.icon(name)


# --- numbers, dates --------------------------------------------------------------------------------------------------


@register.simple_tag
def rand(amount: Any, exact: bool = False) -> SafeString:
    """An amount: short on the screen, exact in the tooltip and on paper; `exact` shows all of it everywhere."""
    figure = as_decimal(amount)
    return _unknown() if figure is None else _rand(figure, exact)


@lru_cache(maxsize=4096)
def _rand(figure: Decimal, exact: bool) -> SafeString:
    if exact:
        return format_html('<data class="rand num" value="{}">{}</data>', f"{figure:.2f}", format_rand(figure))
    return format_html(
        '<data class="rand num" value="{}" title="{}"><span class="screen-only">{}</span>'
        '<span class="print-only">{}</span></data>',
        f"{figure:.2f}",
        format_rand(figure),
        format_rand_short(figure),
        format_rand(figure),
    )


@register.simple_tag
def rand_words(amount: Any) -> str:
    """An amount as plain short text, for a picture or its title."""
    figure = as_decimal(amount)
    return str(_("unknown")) if figure is None else format_rand_short(figure)


@register.simple_tag
def share_of(part: Any, whole: Any) -> SafeString:
    """A part of a whole in per cent with one decimal; unknown where there is no whole."""
    over, under = as_decimal(part), as_decimal(whole)
    return _unknown() if over is None or not under else number(100 * over / under, 1, "%")


@register.simple_tag
def number(value: Any, places: int | None = None, unit: str = "") -> SafeString:
    """A number with grouped thousands and a decimal comma; unknown stays unknown."""
    text = grouped(value, places)
    if not text:
        return _unknown()
    return format_html('<span class="num">{}{}</span>', text, f"\u00a0{unit}" if unit else "")


@register.simple_tag
def day(value: date | datetime | None, time: bool = False) -> SafeString:
    """A date as 22 Nov 2026; with `time` also the clock in Johannesburg."""
    if not value:
        return _unknown(_("no date"))
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return _day(value, time, get_language())


@lru_cache(maxsize=4096)
def _day(value: date | datetime, time: bool, _language: str | None) -> SafeString:
    shown = date_format(value, "j M Y, H:i" if time and isinstance(value, datetime) else "j M Y")
    return format_html('<time class="day" datetime="{}">{}</time>', value.isoformat(), shown.replace(" ", "\u00a0"))


register.filter("as_written", numerals.as_written)
register.filter("grouped", grouped)  # a number inside a sentence; `number` marks it up as a figure


@register.simple_tag
def year(financial_year: FinancialYear | None, short: bool = False) -> SafeString:
    """A financial year with its months, 2026/27 (Apr–Mar); `short` keeps the months in the tooltip."""
    if financial_year is None:
        return _unknown(_("no year"))
    if short:
        return format_html('<span class="year" title="{}">{}</span>', financial_year.long, financial_year.label)
    return format_html('<span class="year">{}</span>', financial_year.long)


@register.inclusion_tag("web/_fact.html")
def fact(
    value: Any,
    unit: str = "",
    source: str = "",
    as_at: date | None = None,
    quality: str = "",
    href: str = "",
    places: int | None = None,
    label: str = "",
) -> dict[str, Any]:
    """A number with its unit and a quiet mark that tells (or, with `href`, opens) where it comes from."""
    shown = value if isinstance(value, str) and as_decimal(value) is None else grouped(value, places)
    return {
        "shown": shown,
        "unit": unit,
        "source": source,
        "as_at": as_at,
        "quality": quality,
        "href": href,
        "label": label,
        "is_soft": quality in {"sample", "approximate", "unverified", "guessed", "stale"},
    }


# --- figures ---------------------------------------------------------------------------------------------------------


@register.inclusion_tag("web/_bar.html")
def bar(
    parts: Iterable[Any], caption: str = "", total: Any = None, shown: str = "number", compact: bool = False
) -> dict[str, Any]:
    """A stacked bar of (state, value[, label]) parts with its list; `compact` for a table cell."""
    drawn_parts = figures.segments(parts, total, shown)
    words = "; ".join(f"{part.label} {part.shown}" for part in drawn_parts)
    return {"segments": drawn_parts, "caption": caption, "compact": compact, "words": words or _("nothing yet")}


@register.inclusion_tag("web/_flows.html")
def flow_figure(drawn: Any, caption: str, subtitle: str = "") -> dict[str, Any]:
    """Flows between columns (`platform.web.flows`): the caption is the finding, the subtitle unit, source and date."""
    return {"flows": drawn, "caption": caption, "subtitle": subtitle}


@register.inclusion_tag("web/_spark.html")
def spark(values: Sequence[Any], label: str = "", unit: str = "", target: Any = None) -> dict[str, Any]:
    """A small line of values over time, said in words as well."""
    return {"spark": figures.spark(values, unit, target), "label": label}


@register.inclusion_tag("web/_stage_strip.html")
def stage_strip(stages: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Stages in a row: each with `number, name, state` and, where known, `started_on, due_on, ended_on, href`."""
    return {"stages": list(stages), "label": label or _("Stages")}


@register.inclusion_tag("web/_svg_map.html")
def svg_map(
    rows: Iterable[Any],
    view_box: str = "0 0 1000 860",
    caption: str = "",
    legend: Iterable[Any] = (),
    approximate: bool = False,
    source: str = "",
    outline: str = "",
    pins: Iterable[tuple[float, float, str]] = (),
    lines: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """A map of (code, name, path, class, href, title) shapes with its legend; `approximate` adds the warning.

    `pins` (x, y, title) and `lines` (path, title) stand on it, in the units of the view box.
    """
    return {
        "shapes": figures.shapes(rows),
        "view_box": view_box,
        "label_size": round(float(view_box.split()[2]) / 30, 2),
        "caption": caption,
        "legend": _legend(legend),
        "approximate": approximate,
        "source": source,
        "outline": outline,
        "pins": [(round(x, 2), round(y, 2), title) for x, y, title in pins],
        "pin_size": round(float(view_box.split()[2]) / 60, 2),
        "lines": list(lines),
    }


@register.inclusion_tag("web/_tile_grid.html")
def tile_grid(rows: Iterable[Any], caption: str = "", legend: Iterable[Any] = ()) -> dict[str, Any]:
    """One tile per (code, name, col, row, class, glyph, href, title), with its legend."""
    laid, view_box = figures.tiles(rows)
    return {"tiles": laid, "view_box": view_box, "caption": caption, "legend": _legend(legend)}


@register.inclusion_tag("web/_legend.html")
def legend(entries: Iterable[Any]) -> dict[str, Any]:
    """What the shades mean: (class or state, label[, glyph]) in order; "no data" is always the last entry."""
    return {"legend": _legend(entries)}


def _legend(entries: Iterable[Any]) -> list[dict[str, Any]]:
    rows = [tuple(entry) for entry in entries]
    if rows and "no-data" not in {row[0] for row in rows}:
        rows.append(("no-data", _("no data")))
    return [
        {
            "css_class": figures.css_class(row[0]),
            "texture": figures.texture_of(figures.css_class(row[0])),
            "label": row[1],
            "glyph": state_of(row[2]).glyph if len(row) > 2 and row[2] else "",
        }
        for row in rows
    ]


# --- addresses, lists ------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: Any) -> str:
    """The page's query string with some keys changed and the rest kept; None removes a key; paging starts again."""
    query = context["request"].GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, list | tuple | set):
            query.setlist(key, [str(each) for each in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def without(context: Context, key: str, value: Any) -> str:
    """The query string without one value of one key: what a filter chip's cross links to."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    kept = [each for each in query.getlist(key) if each != str(value)]
    query.setlist(key, kept)
    if not kept:
        query.pop(key, None)
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("web/_sort_header.html", takes_context=True)
def sort_header(
    context: Context, key: str, label: str, numeric: bool = False, param: str = "sort", hint: str = ""
) -> dict[str, Any]:
    """A column heading that sorts: first click up, second down; the rest of the query string is kept."""
    current = context.get("sorting")
    asked = current.asked if isinstance(current, Sorting) else context["request"].GET.get(param, "")
    is_up, is_down = asked == key, asked == f"-{key}"
    return {
        "label": label,
        "hint": hint,
        "numeric": numeric,
        "direction": "ascending" if is_up else "descending" if is_down else "",
        "href": query_string(context, **{param: f"-{key}" if is_up else key}),
    }


@register.simple_tag
def page_title(*parts: Any) -> str:
    """The parts of a page's title, narrow to wide, without the empty ones: "Ledger · Waterberg"."""
    return " · ".join(str(part) for part in parts if part)


@register.simple_tag
def words_of_scripts() -> SafeString:
    """The words of the scripts in the reader's language, as data; nothing where they are English."""
    words = script_words.translated()
    return json_script(words, "script-words") if words else SafeString("")


@register.simple_tag
def vite(entry: str) -> SafeString:
    """The styles and script of a front-end entry."""
    return assets.vite_links(entry)


@register.filter
def elided(page: Page[Any]) -> Iterable[int | str]:
    """The page numbers to show: the ends and the neighbours, with … between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


# --- forms -----------------------------------------------------------------------------------------------------------


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's input with its class, and tied to its hint and errors."""
    described = [f"{field.auto_id}_hint"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    attrs: dict[str, Any] = {"class": _control_class(field)}
    if field.field.widget.attrs.get("class"):
        attrs["class"] += f" {field.field.widget.attrs['class']}"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
        attrs["class"] += " is-invalid"
    return field.as_widget(attrs=attrs)


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control"


@register.filter
def kind(field: BoundField) -> str:
    """How a field is laid out: "check", "group" (several boxes), "file", "text", "long" or "hidden"."""
    widget = field.field.widget
    if isinstance(widget, HiddenInput) or widget.is_hidden:
        return "hidden"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, ClearableFileInput):
        return "file"
    return "long" if isinstance(widget, Textarea) else "text"


@register.inclusion_tag("web/_field.html")
def field(bound: BoundField, **extra: Any) -> dict[str, Any]:
    """A form field with label, hint and errors; `one_of=True` where one of several is needed and none by itself."""
    return {"field": bound, **extra}
