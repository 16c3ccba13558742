"""The whole document: cover, running lines and pages made from a content, handed to the compiler."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.publishing import maps
from oneplan.publishing.pdf.blocks import code, day
from oneplan.publishing.pdf.compiler import compile_pdf
from oneplan.publishing.pdf.plan import plan_pages
from oneplan.publishing.pdf.reading import Json, Reading
from oneplan.spaces.queries import NationalMap, SpaceMap, national_map, space_map

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Prepared:
    """What the template is given: its data, its pictures, and the date that is written into the file."""

    data: dict[str, Any]
    pictures: dict[str, str]
    at: datetime


def plan_pdf(content: Json, *, progress: Progress | None = None, address: str = "") -> bytes:
    """The One Plan of a content in the standard format, as a tagged PDF that conforms to PDF/UA-1.

    `content` has the form of a sealed edition, with or without the member `document` of `publishing.content`; without a
    seal every page says DRAFT. `address` is the site's own ("https://…"), for permalinks; see `site_address`.
    `progress` is told per cent and words. The same content gives the same bytes while the boundaries are the same.
    """
    tell = progress or (lambda _percent, _words: None)
    tell(5, _("Reading the plan"))
    ready = prepared(content, address=address)
    tell(40, _("Setting the pages"))
    made = compile_pdf("plan.typ", ready.data, ready.pictures, at=ready.at)
    tell(100, _("Done"))
    return made


def site_address() -> str:
    """The address under which readers know this installation: the first of ONEPLAN_ORIGINS; "" where none is set."""
    return next((each.rstrip("/") for each in settings.CSRF_TRUSTED_ORIGINS if "*" not in each), "")


def prepared(
    content: Json, *, address: str = "", space: SpaceMap | None = None, country: NationalMap | None = None
) -> Prepared:
    """The data and pictures of the document. The maps are read from the boundaries in force unless they are given."""
    address = address.rstrip("/") or site_address()
    plan = Reading({**content, "document": _document(content, address)})
    drawn = space or space_map(plan.space["code"])
    pages = plan_pages(plan, drawn, country or national_map())
    data = {"meta": _meta(plan, address), "cover": _cover(plan), "blocks": pages.blocks}
    ornament = maps.silhouette(drawn, colour="#ffffff" if plan.is_adopted else "#5b5fc7")
    return Prepared(data, pages.pictures | ({"cover": ornament} if ornament else {}), _written_at(plan))


def _document(content: Json, address: str) -> dict[str, Any]:
    """What stands beside the content; addresses are added, so that the seal page can name them."""
    known = dict(content.get("document") or {})
    plan = content["copy"]["plan"]
    path = f"{address}/plans/{plan['space']['code']}/editions/{plan['edition']['number']}/"
    return {
        **known,
        "permalink": path,
        "bundle_address": f"{path}bundle.json",
        "verify_address": f"{address}/verify/",
    }


def banner(plan: Reading) -> str:
    """What stands on every page: that it is a sample, that it is a draft, or nothing."""
    marks = [_("SAMPLE: invented for demonstration")] if plan.is_sample else []
    marks += [] if plan.is_adopted else [_("DRAFT – not adopted")]
    return " · ".join(marks)


def _meta(plan: Reading, address: str) -> dict[str, Any]:
    title = _("One Plan of %(space)s, edition %(number)s") % {"space": plan.space["name"], "number": plan.number}
    mark = banner(plan)
    code = plan.space["code"]
    draft_link = f"{address}/spaces/{code}/plan/{plan.number}/"
    return {
        "title": f"{title} ({mark})" if mark else title,
        "author": _("The parties to the One Plan of %(space)s") % {"space": plan.space["name"]},
        "description": _("District Development Model: the One Plan of one space, %(first)s to %(last)s.")
        % {
            "first": plan.first_year,
            "last": plan.last_year,
        },
        "keywords": ["One Plan", "District Development Model", plan.space["name"], code],
        "lang": (get_language() or "en").split("-")[0],
        "running": title,
        "banner": mark,
        "watermark": "" if plan.is_adopted else _("DRAFT"),
        "permalink": plan.document["permalink"] if plan.is_adopted else draft_link,
        "page-words": _("Page %(page)s of %(pages)s"),
        "contents": _("Contents"),
    }


def _cover(plan: Reading) -> dict[str, Any]:
    sealed = plan.content["edition"]
    notes = []
    if plan.is_sample:
        notes.append(_("No figure, promise or name in it is a fact about any place or person."))
    if not plan.is_adopted:
        notes.append(_("No committee has adopted it; it may change."))
    facts: list[tuple[str, Any]] = [
        (_("Edition"), str(plan.number)),
        (
            _("Horizon"),
            _("%(first)s to %(last)s (%(years)s years)")
            % {"first": plan.first_year, "last": plan.last_year, "years": plan.plan["edition"]["horizon_years"]},
        ),
        (_("Standing"), _standing(plan)),
        (_("Opened"), day(sealed["opened_on"])),
        (_("Province"), plan.space["province"]["name"]),
        (_("Rule set"), plan.copy["rule_set"]["title"]),
    ]
    if plan.is_adopted:
        facts.append((_("Content SHA-256"), code(plan.document.get("content_sha256") or _("on the seal page"))))
    elif plan.document.get("as_at"):
        facts.append((_("As at"), day(plan.document["as_at"])))
    category = {"A": _("Metropolitan space"), "C": _("District space")}.get(plan.space["category"], "")
    return {
        "kicker": _("District Development Model"),
        "title": _("One Plan: %(space)s") % {"space": plan.space["name"]},
        "subtitle": f"{category} {plan.space['code']} · {plan.space['province']['name']}",
        "facts": facts,
        "banner-note": " ".join(notes),
        "foot": _foot(plan),
    }


def _foot(plan: Reading) -> str:
    if not plan.is_adopted:
        return _("A draft carries no seal: nothing here is decided, and it is not to be passed on as the plan.")
    return _("Made from the canonical content of the edition. The file with its seal proves the plan: %(address)s") % {
        "address": plan.document["verify_address"]
    }


def _standing(plan: Reading) -> str:
    if plan.is_adopted:
        return _("Adopted on %(day)s and sealed") % {"day": day(plan.content["edition"]["adopted_on"])}
    return str(plan.document.get("standing_words") or _("Not adopted"))


def _written_at(plan: Reading) -> datetime:
    """The date written into the file: of the seal, else the day on which the draft was read."""
    said = (
        (plan.content["seal"] or {}).get("sealed_at")
        or plan.document.get("as_at")
        or plan.content["edition"]["opened_on"]
    )
    when = datetime.fromisoformat(str(said).replace("Z", "+00:00"))
    return when if when.tzinfo else when.replace(tzinfo=UTC)
