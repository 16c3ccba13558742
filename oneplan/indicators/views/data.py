"""The data behind the explorer at addresses that name their edition: what such an address gives never changes."""

from __future__ import annotations

import re

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import door, queries
from oneplan.indicators.choices import Level
from oneplan.indicators.registry import registry
from oneplan.indicators.sdmx import messages
from oneplan.indicators.sdmx.messages import CSV_TYPE, JSON_TYPE
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.problems import problem
from oneplan.warehouse.connection import NothingBuilt

_EDITION = re.compile(r"\d{8}T\d+x*")
_FOR_EVER, _ASKED_AGAIN = "public, max-age=31536000, immutable", "public, max-age=60, must-revalidate"
_ASKED = {"level", "boundary", "year", "within", "by", "sample", "borders"}


FORMS = {
    "json": "application/json; charset=utf-8", "sdmx.json": f"{JSON_TYPE}; charset=utf-8",
    "sdmx.csv": f"{CSV_TYPE}; charset=utf-8",
}  # fmt: skip


@require_safe
def newest_data(request: ActorHttpRequest, code: str, form: str = "json") -> HttpResponseBase:
    """The way to the edition that is served now."""
    edition = queries.edition()
    if code not in registry() or not edition:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(f"/indicators/data/{edition}/{code}.{form}" + (f"?{query}" if query else ""))
    response["Cache-Control"] = "public, max-age=60"
    return response


@require_safe
def edition_data(request: ActorHttpRequest, edition: str, code: str, form: str = "json") -> HttpResponseBase:
    """Public values, or sample ones, of an edition: the same for everybody, for as long as anybody keeps it. As our own
    JSON, as SDMX-JSON or as SDMX-CSV.

    410 of an edition that is served no more. What stays inside government is had from the interface alone.
    """
    defined = registry().get(code)
    if defined is None or not _EDITION.fullmatch(edition):
        raise Http404
    if edition != queries.edition():
        return _gone(edition, code, form)
    asked = _read(request)
    if isinstance(asked, str):
        return problem(422, asked)
    level, boundary, years = asked
    given = request.GET
    wanted = door.DataAsked(
        defined, level, boundary, years, given.get("within", ""), given.get("by", ""), given.get("sample") == "yes",
        borders=int(given.get("borders") or 0),
    )  # fmt: skip
    try:
        build, body = _written(wanted, form, request)
    except RuleBroken as broken:
        return problem(422, str(broken))
    except NothingBuilt:
        raise Http404 from None
    if build != edition:  # another was put in service meanwhile
        return _gone(edition, code, form)
    response = HttpResponse(body, content_type=FORMS[form])
    if form == "sdmx.csv":
        response["Content-Disposition"] = f'attachment; filename="{code}-{edition}.sdmx.csv"'
    # Who defined an indicator can put it into other words while an edition is served.
    response["Cache-Control"] = _ASKED_AGAIN if defined.is_own else _FOR_EVER
    response["ETag"] = f'"{edition}-{form}-{defined.version}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _written(asked: door.DataAsked, form: str, request: ActorHttpRequest) -> tuple[str, bytes]:
    if form == "sdmx.csv":
        return messages.as_csv(asked)
    if form == "sdmx.json":
        return messages.as_json(asked, request.get_full_path())
    return door.written(asked)


def _gone(edition: str, code: str, form: str) -> HttpResponse:
    newest = f"/indicators/data/{code}.{form}"
    said = _("The edition %(edition)s is not served any more: releases were added or withdrawn since.")
    return problem(
        410,
        said % {"edition": edition},
        remedy=_("Ask %(address)s, which leads to the one that is.") % {"address": newest},
    )


def _read(request: ActorHttpRequest) -> tuple[Level, int, list[int]] | str:
    """Level, borders and years; a sentence where the address cannot be read."""
    given = request.GET
    if unknown := sorted(set(given) - _ASKED):
        return _("There is no “%(name)s” to ask by. There is: %(names)s.") % {
            "name": unknown[0], "names": ", ".join(sorted(_ASKED)),
        }  # fmt: skip
    if given.get("level") not in Level.values:
        return _("Say which level: %(levels)s.") % {"levels": ", ".join(Level.values)}
    years = [year for each in given.getlist("year") for year in each.split(",") if year]
    for text in (given.get("boundary", ""), given.get("borders") or "0", *years):
        if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
            return _("Say on the borders of which year, and which years, as numbers of four digits.")
    return Level(given["level"]), int(given["boundary"]), [int(year) for year in years]
