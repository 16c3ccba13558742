"""`{% load profile %}`: a figure of a profile as it stands on a page."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oneplan.indicators.profile.parts import Figure, Line
from oneplan.platform.web.templatetags.web import state

register = template.Library()


@register.filter
def figure(given: Figure | None) -> SafeString:
    """A figure that opens its fact page; what is less sure than official says so, what is unknown too."""
    if given is None or given.value is None:
        return format_html('<span class="unknown">{}</span>', _("unknown"))
    said = format_html('<a class="num-link num" href="{}" title="{}">{}</a>', given.address, origin(given), given.shown)
    if given.is_sure:
        return said
    return format_html("{} {}", said, state("sample" if given.is_sample else "unverified", given.quality, compact=True))


@register.filter
def origin(given: Figure) -> str:
    """Where a figure comes from, in one line: source, time, borders, and how sure it is where that is in question."""
    parts = [given.source, given.period]
    if given.borders:
        parts.append(_("borders of %(year)s") % {"year": given.borders})
    if not given.is_sure:
        parts.append(_("sample") if given.is_sample else given.quality)
    return " · ".join(parts)


@register.filter
def shade_of(line: Line, code: str) -> str:
    """The class of a municipal area on the small map of a line."""
    shade = next((part.shade for part in line.parts if part.code == code), 0)
    return f"seq-{shade}" if shade else "no-data"
