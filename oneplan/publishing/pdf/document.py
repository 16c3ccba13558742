"""The whole document: cover, running lines and pages made from a content, handed to the compiler."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.publishing import maps
from oneplan.publishing.content import Told
from oneplan.publishing.pdf.blocks import code, day
from oneplan.publishing.pdf.compiler import compile_pdf
from oneplan.publishing.pdf.plan import plan_pages
from oneplan.publishing.reading import Plan, read
from oneplan.spaces.queries import NationalMap, SpaceMap, national_map, space_map

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Prepared:
    """What the template is given: its data, its pictures, and the date that is written into the file."""

    data: dict[str, Any]
    pictures: dict[str, str]
    at: datetime


def plan_pdf(told: Told, *, progress: Progress | None = None, address: str = "") -> bytes:
    """The One Plan in the standard format, as a tagged PDF that conforms to PDF/UA-1.

    What is not adopted says DRAFT on every page. `address` is the site's own ("https://…"), for permalinks; see
    `site_address`. `progress` is told per cent and words. The same content gives the same bytes while the boundaries
    are the same.
    """
    tell = progress or (lambda _percent, _words: None)
    tell(5, _("Reading the plan"))
    ready = prepared(told, address=address)
    tell(40, _("Setting the pages"))
    made = compile_pdf("plan.typ", ready.data, ready.pictures, at=ready.at)
    tell(100, _("Done"))
    return made


def site_address() -> str:
    """The address under which readers know this installation: the first of ONEPLAN_ORIGINS; "" where none is set."""
    return next((each.rstrip("/") for each in settings.CSRF_TRUSTED_ORIGINS if "*" not in each), "")


def prepared(
    told: Told, *, address: str = "", space: SpaceMap | None = None, country: NationalMap | None = None
) -> Prepared:
    """The data and pictures of the document. The maps are read from the boundaries in force unless they are given."""
    plan = read(told, address=address.rstrip("/") or site_address())
    drawn = space or space_map(plan.space_code)
    pages = plan_pages(plan, drawn, country or national_map())
    data = {"meta": _meta(plan), "cover": _cover(plan), "blocks": pages.blocks}
    ornament = maps.silhouette(drawn, colour="#ffffff" if plan.is_adopted else "#5b5fc7")
    return Prepared(data, pages.pictures | ({"cover": ornament} if ornament else {}), _written_at(plan))


def _meta(plan: Plan) -> dict[str, Any]:
    title = _("One Plan of %(space)s, edition %(number)s") % {"space": plan.space_name, "number": plan.number}
    mark = plan.told.banner
    return {
        "title": f"{title} ({mark})" if mark else title,
        "author": _("The parties to the One Plan of %(space)s") % {"space": plan.space_name},
        "description": _("District Development Model: the One Plan of one space, %(first)s to %(last)s.")
        % {"first": plan.start_year, "last": plan.end_year},
        "keywords": ["One Plan", "District Development Model", plan.space_name, plan.space_code],
        "lang": (get_language() or "en").split("-")[0],
        "running": title,
        "banner": mark,
        "watermark": "" if plan.is_adopted else _("DRAFT"),
        "permalink": plan.permalink,
        "page-words": _("Page %(page)s of %(pages)s"),
        "contents": _("Contents"),
    }


def _cover(plan: Plan) -> dict[str, Any]:
    notes = []
    if plan.told.is_sample:
        notes.append(_("No figure, promise or name in it is a fact about any place or person."))
    if not plan.is_adopted:
        notes.append(_("No committee has adopted it; it may change."))
    facts: list[tuple[str, Any]] = [
        (_("Edition"), str(plan.number)),
        (
            _("Horizon"),
            _("%(first)s to %(last)s (%(years)s years)")
            % {"first": plan.start_year, "last": plan.end_year, "years": plan.horizon_years},
        ),
        (_("Standing"), _standing(plan)),
        (_("Opened"), day(plan.opened_on)),
        (_("Province"), plan.province),
        (_("Rule set"), plan.rule_set["title"]),
    ]
    if plan.is_adopted:
        facts.append((_("Content SHA-256"), code(plan.told.content_hash)))
    else:
        facts.append((_("As at"), day(plan.told.as_at)))
    category = {"A": _("Metropolitan space"), "C": _("District space")}.get(plan.space_category, "")
    return {
        "kicker": _("District Development Model"),
        "title": _("One Plan: %(space)s") % {"space": plan.space_name},
        "subtitle": f"{category} {plan.space_code} · {plan.province}",
        "facts": facts,
        "banner-note": " ".join(notes),
        "foot": _foot(plan),
    }


def _foot(plan: Plan) -> str:
    if not plan.is_adopted:
        return _("A draft carries no seal: nothing here is decided, and it is not to be passed on as the plan.")
    return _("Made from the canonical content of the edition. The file with its seal proves the plan: %(address)s") % {
        "address": f"{plan.address}/verify/"
    }


def _standing(plan: Plan) -> str:
    if plan.is_adopted:
        return _("Adopted on %(day)s and sealed") % {"day": day(plan.adopted_on)}
    words = plan.told.standing_words
    return words[0].upper() + words[1:]


def _written_at(plan: Plan) -> datetime:
    """The date written into the file: of the seal, else the day on which the draft was read."""
    if plan.is_adopted:
        return datetime.fromisoformat(plan.content["seal"]["sealed_at"])
    return datetime.combine(plan.told.as_at, time(), tzinfo=UTC)
