"""What asks add to the pages of commitments and of spaces."""

from __future__ import annotations

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.permissions import Permission
from oneplan.commitments.models import Commitment
from oneplan.platform.web.sections import Section
from oneplan.reprioritisation import queries
from oneplan.spaces.models import Space

_SHOWN = 6


def section_of_commitment(actor: Actor, commitment: Commitment) -> Section | None:
    """The asks for money for a commitment; nothing for who reads none and asks for none."""
    rows = queries.asks_visible_to(actor).filter(commitment=commitment).select_related("space", "institution")
    asks = list(rows.order_by("-drafted_at", "-pk")[: _SHOWN + 1])
    may = actor.is_signed_in and passes(check, actor, Permission.ASK_DRAFT, f"space:{commitment.home_space_id}")
    if not asks and not may:
        return None
    return Section("reprioritisation/_section.html", {
        "asks": asks[:_SHOWN], "has_more": len(asks) > _SHOWN, "may_ask": may and commitment.state != "withdrawn",
        "all": f"/asks/?commitment={commitment.ref}", "new": f"/asks/new/?commitment={commitment.ref}",
    })  # fmt: skip


def section_of_space(actor: Actor, space: Space) -> Section | None:
    """What a space asks for, newest first; nothing where the reader sees none."""
    rows = queries.asks_visible_to(actor).filter(space=space).select_related("space", "institution")
    asks = list(rows.order_by("-drafted_at", "-pk")[: _SHOWN + 1])
    may = actor.is_signed_in and passes(check, actor, Permission.ASK_DRAFT, f"space:{space.pk}")
    if not asks:
        return None
    return Section("reprioritisation/_section.html", {
        "asks": asks[:_SHOWN], "has_more": len(asks) > _SHOWN, "may_ask": may, "all": f"/asks/?space={space.pk}",
        "new": "/asks/new/",
    })  # fmt: skip
