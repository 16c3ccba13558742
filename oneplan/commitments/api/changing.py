"""What every change of a commitment shares: the rows that it names, the lock, the ETag, and the answer."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import queries
from oneplan.commitments.actions.keeping import lock
from oneplan.commitments.api.reading import find, shown
from oneplan.commitments.api.shapes import CommitmentWhole
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.tags import check_tag_sent, expecting, tag_of

ONE = "/api/v1/commitments/{ref}"
ASKS_TAG: dict[str, Any] = {"x-etag-of": ONE}


def handed_in(request: ActorHttpRequest, sha256: str, held: Document | None = None) -> Document | None:
    """The file that a call names by its hash: what is `held` already, or what the caller handed in; None for no hash.

    Raises RuleBroken where the caller handed in no such file.
    """
    if not sha256 or (held and held.sha256 == sha256):
        return held
    found = queries.handed_in(request.actor, sha256)
    if found is None:
        raise RuleBroken(
            _("You have handed in no file with the hash %(hash)s. Hand it in first, then name it.") % {"hash": sha256}
        )
    return found


def party_of(row: Commitment, institution: str) -> Party:
    """The institution's part in the commitment, else 404."""
    rows = Party.objects.select_related("institution", "commitment__home_space__province")
    return get_object_or_404(rows, commitment=row, institution=institution)


def pledge_of(row: Commitment, pledge: int) -> Pledge:
    """A pledge of the commitment, else 404."""
    rows = Pledge.objects.select_related("party__institution", "party__commitment__home_space__province", "evidence")
    return get_object_or_404(rows, pk=pledge, party__commitment=row)


def answer(request: ActorHttpRequest, response: HttpResponse, ref: str) -> CommitmentWhole:
    """The commitment as it stands now, with its tag on the answer."""
    now = shown(request, ref)
    response["ETag"] = tag_of(now)
    return now


def change(
    request: ActorHttpRequest,
    response: HttpResponse,
    ref: str,
    act: Callable[[Commitment], Any],
    *,
    gains: Iterable[str] = (),
) -> CommitmentWhole:
    """Do something to the commitment as its sender saw it, and show how it stands then.

    Locked before it is compared: of two who saw the same, the second is told so and writes nothing. `gains` are the
    spaces that it is to have a share in: their editions are locked with its own, in one order.
    """
    seen = get_object_or_404(queries.visible_to(request.actor), ref=ref)
    check_tag_sent(request)
    with transaction.atomic():
        lock(seen, gains=gains)
        row = find(request, ref)
        with expecting(request, lambda: shown(request, ref)):
            act(row)
        return answer(request, response, ref)
