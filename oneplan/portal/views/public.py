"""Adopted plans in plain words, from the sealed bundle alone. For anybody, cacheable, printable."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.documents import open_document
from oneplan.platform.web.responses import file_name
from oneplan.portal.queries import sealed
from oneplan.portal.queries.sealed import SealedEdition
from oneplan.portal.reading import read
from oneplan.spaces.views.frame import place_named

TEMPLATES = Path(__file__).parent.parent / "templates" / "portal"


@cache
def template_version() -> str:
    """A mark of how public pages are drawn: with the edition's hash it is the ETag."""
    sha = sha256()
    for name in ("public_plan.html", "_promise.html", "_promises.html", "_change.html", "promise.html"):
        sha.update((TEMPLATES / name).read_bytes())
    for name in ("figures.py", "reading.py"):
        sha.update((TEMPLATES.parent.parent / name).read_bytes())
    return sha.hexdigest()[:12]


@require_safe
def public_plans(request: ActorHttpRequest) -> HttpResponse:
    """Every edition in force, the latest adopted first."""
    plans = sealed.in_force()
    return render(
        request, "portal/public_plans.html", {"plans": plans, "is_sample": any(each.is_sample for each in plans)}
    )


@require_safe
def public_plan(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The plan of a space in force, in plain words."""
    editions = sealed.editions_of(code)
    current = next((each for each in editions if each.is_in_force), None)
    return _plan(request, current, editions)


@require_safe
def public_edition(request: ActorHttpRequest, code: str, number: int) -> HttpResponseBase:
    """One sealed edition, also one that was superseded, in plain words."""
    editions = sealed.editions_of(code)
    return _plan(request, next((each for each in editions if each.number == number), None), editions)


@require_safe
def public_promise(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponseBase:
    """One promise of a sealed edition: who takes on what, with which money in which year, and who signed."""
    editions = sealed.editions_of(code)
    return _plan(request, next((each for each in editions if each.number == number), None), editions, ref)


def _plan(
    request: ActorHttpRequest, edition: SealedEdition | None, editions: list[SealedEdition], ref: str = ""
) -> HttpResponseBase:
    """The page of a sealed edition, or with `ref` of one promise of it."""
    if edition is None:
        raise Http404
    # A signed-in reader's frame differs (inbox, name), so only the anonymous page is shared and tagged.
    is_shared = not request.actor.is_signed_in
    drawn = f"{template_version()}-{get_language()}"
    tag = f'"{edition.content_hash[:32]}-{drawn}-{len(editions)}-{edition.is_in_force:d}"'
    if is_shared and (unchanged := get_conditional_response(request, etag=tag)) and unchanged.status_code == 304:
        return unchanged
    page = read(sealed.content_of(edition))
    promise = page.promise(ref)
    if ref and promise is None:
        raise Http404
    context = {
        "plan": page, "promise": promise, "edition": edition, "editions": editions, "is_sample": page.is_sample,
        "place": place_named(page.space_code, page.space_name),
    }  # fmt: skip
    response = render(request, "portal/promise.html" if ref else "portal/public_plan.html", context)
    if is_shared:
        response["ETag"] = tag
        response["Cache-Control"] = "public, max-age=60, must-revalidate"
        response["Vary"] = "Cookie, Accept-Encoding"
    return response


@require_safe
def bundle(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The sealed bundle of the edition in force, byte for byte."""
    return _file(request, next((each for each in sealed.editions_of(code) if each.is_in_force), None))


@require_safe
def edition_bundle(request: ActorHttpRequest, code: str, number: int) -> HttpResponseBase:
    """The sealed bundle of one edition, byte for byte."""
    return _file(request, next((each for each in sealed.editions_of(code) if each.number == number), None))


def _file(request: HttpRequest, edition: SealedEdition | None) -> HttpResponseBase:
    if edition is None:
        raise Http404
    tag = f'"{edition.bundle.sha256}"'
    if (unchanged := get_conditional_response(request, etag=tag)) and unchanged.status_code == 304:
        return unchanged
    name = file_name(f"oneplan-{edition.code}-edition-{edition.number}", "json")
    response = FileResponse(
        open_document(edition.bundle), as_attachment=True, filename=name, content_type="application/json"
    )
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=60, must-revalidate"
    response["X-Content-Type-Options"] = "nosniff"
    return response
