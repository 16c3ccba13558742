"""Who may see which commitments."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment, Party, Pledge, Share
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.ownership import Thing
from oneplan.plans.queries import readable_spaces
from oneplan.platform.documents import Document
from oneplan.spaces.models import Space


def visible_to(actor: Actor) -> "QuerySet[Commitment]":
    """What the actor may read: a share in a space whose drafts it may read, or a part in it as an institution.

    The public reads sealed editions, never this table.
    """
    rows = Commitment.objects.all()
    if not (actor.is_signed_in or actor.is_system):
        return rows.none()
    if actor.is_national(Permission.PLAN_READ):
        return rows
    shared = Q(pk__in=Share.objects.filter(space__in=readable_spaces(actor).values("pk")).values("commitment_id"))
    own = actor.codes_with(Permission.PLAN_READ, "institution")
    if not own:
        return rows.filter(shared)
    return rows.filter(shared | Q(pk__in=Party.objects.filter(institution__in=own).values("commitment_id")))


def reads_all(actor: Actor, space: Space) -> bool:
    """Whether a role lets the actor read every commitment with a share in a space. No query."""
    return actor.may(Permission.PLAN_READ, space.scopes())


def accountable(actor: Actor, post: Post) -> list[Thing]:
    """The commitments that stand and for which a post is accountable."""
    rows = visible_to(actor).filter(accountable_post=post).exclude(state=CommitmentState.WITHDRAWN).order_by("ref")
    return [
        Thing(f"{row.ref} · {row.title}", f"/commitments/{row.ref}/", row.get_state_display())
        for row in rows.only("ref", "title", "state")
    ]


def handed_in(actor: Actor, sha256: str) -> Document | None:
    """The newest file with that hash that the actor handed in. Nobody cites what another one handed in."""
    if not actor.user_id:
        return None
    return Document.objects.filter(sha256=sha256, stored_by_id=actor.user_id).order_by("-pk").first()


def evidence_of(commitment: Commitment, sha256: str) -> Document | None:
    """The file of that hash, where it shows one of the commitment's pledges or its delivery; else None."""
    shown = Pledge.objects.filter(party__in=commitment.parties.values("pk")).values("evidence")
    files = Document.objects.filter(Q(pk__in=shown) | Q(pk=commitment.delivery_document_id), sha256=sha256)
    return files.order_by("pk").first()


def waiting_for(institution: Institution, actor: Actor) -> "QuerySet[Commitment]":
    """Commitments, in any space, in which an institution takes part and that the actor may see."""
    mine = Party.objects.filter(commitment=OuterRef("pk"), institution=institution)
    return visible_to(actor).filter(Exists(mine))
