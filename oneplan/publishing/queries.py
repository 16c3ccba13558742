"""Reads of renditions, and of what an edition says as the source of its forms."""

from django.conf import settings
from django.db.models import Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.joint_planning.exports import bundle, draft_content
from oneplan.joint_planning.models import Adoption
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.plans.queries import PUBLISHED, readable_spaces
from oneplan.publishing.choices import Form
from oneplan.publishing.content import Told, from_bundle, from_draft
from oneplan.publishing.models import Rendition
from oneplan.publishing.versions import template_version


def visible_to(actor: Actor) -> QuerySet[Rendition]:
    """The renditions an actor may have: of adopted editions everybody; of drafts its own, while it may read them."""
    rows = Rendition.objects.select_related("edition__plan__space__province", "document")
    seen = Q(asked_by=None, edition__state__in=PUBLISHED)
    if actor.user_id:
        seen |= Q(
            asked_by_id=actor.user_id,
            edition__plan_id__in=readable_spaces(actor).values("pk"),
            expires_at__gt=clock.now(),
        )
    return rows.filter(seen)


def adopted_renditions(edition: Edition, content_hash: str) -> dict[str, Rendition]:
    """By form, the renditions of a sealed edition as it is drawn today."""
    rows = Rendition.objects.select_related("document", "edition").filter(
        edition=edition, asked_by=None, content_hash=content_hash, language=settings.LANGUAGE_CODE
    )
    return {row.form: row for row in rows if row.template_version == template_version(row.form)}


def draft_renditions(edition: Edition, actor: Actor) -> dict[str, Rendition]:
    """By form, what an actor had made of an edition in progress and that is still kept."""
    rows = visible_to(actor).filter(edition=edition, asked_by_id=actor.user_id, language=settings.LANGUAGE_CODE)
    return {row.form: row for row in rows.exclude(asked_by=None)}


def sealed_adoption(code: str, number: int | None = None) -> Adoption | None:
    """The adoption of an edition of that number, or else of the edition in force."""
    rows = Adoption.objects.select_related("edition__plan__space__province", "bundle").filter(edition__plan=code)
    if number is not None:
        return rows.filter(edition__number=number).first()
    return rows.filter(edition__state="adopted").first()


def source_of(edition: Edition, *, as_draft: bool) -> Told:
    """What an edition says: an adopted one from its sealed bundle alone, a draft as it stands now.

    Raises Adoption.DoesNotExist where an adopted edition was never sealed.
    """
    if as_draft:
        return from_draft(draft_content(edition), as_at=clock.today())
    return from_bundle(bundle(Adoption.objects.select_related("bundle").get(edition=edition)))


FORMS_MADE = (Form.PDF, Form.WORD, Form.EXCEL)  # of an adopted edition; its JSON is the sealed bundle itself
