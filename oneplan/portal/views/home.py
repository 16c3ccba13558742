"""The public home, the list of spaces, and help."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.roles import ROLES
from oneplan.portal.help import GUIDES, SHORTCUTS
from oneplan.portal.queries import sealed
from oneplan.spaces.models import Space
from oneplan.spaces.queries import fold, tile_grid


@require_safe
def home(request: ActorHttpRequest) -> HttpResponse:
    """What this is, where is your space, and which plans were adopted."""
    adopted = sealed.in_force()
    known = {each.code: each for each in adopted}
    names = dict(Space.objects.values_list("code", "name"))
    tiles = [
        {
            "code": tile.code, "name": names.get(tile.code, tile.code), "col": tile.column, "row": tile.row,
            "class": "seq-4" if tile.code in known else "seq-1", "glyph": "adopted" if tile.code in known else "",
            "href": f"/spaces/{tile.code}/", "title": _tile_title(names.get(tile.code, tile.code), tile.code in known),
        }
        for tile in tile_grid().tiles
    ]  # fmt: skip
    context = {
        "tiles": tiles,
        "is_sample": any(each.is_sample for each in adopted),
        "latest": adopted[:6], "adopted_count": len(adopted), "space_count": len(names),
    }  # fmt: skip
    return render(request, "portal/home.html", context)


def _tile_title(name: str, is_adopted: bool) -> str:
    return (
        _("%(name)s: One Plan adopted") % {"name": name}
        if is_adopted
        else _("%(name)s: none adopted yet") % {"name": name}
    )


@require_safe
def spaces(request: ActorHttpRequest) -> HttpResponse:
    """The 52 spaces by province, filtered by the address."""
    words, province = fold(request.GET.get("q", "")), request.GET.get("province", "")
    adopted = {each.code: each for each in sealed.in_force()}
    rows = Space.objects.select_related("province").order_by("province__name", "name")
    shown = [
        (space, adopted.get(space.code))
        for space in rows
        if (not words or words in fold(space.name) or words == space.code.lower())
        and (not province or space.province_id == province)
    ]
    is_sample = any(each and each.is_sample for _space, each in shown)
    context = {"spaces": shown, "is_sample": is_sample, "q": request.GET.get("q", ""), "province": province}
    return render(request, "portal/spaces.html", context)


@require_safe
def help_page(request: ActorHttpRequest) -> HttpResponse:
    """Who does what next, role by role; the reader's own roles first."""
    own = request.actor.roles
    guides = sorted(GUIDES.items(), key=lambda pair: pair[0] not in own)
    shown = [(role, ROLES[role], steps, role in own) for role, steps in guides]
    return render(request, "portal/help.html", {"guides": shown, "shortcuts": SHORTCUTS})
