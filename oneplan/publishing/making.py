"""Making a form from its source, step by step remembered; and what is made while one waits: briefs and profiles."""

import hashlib
import logging
import time
from collections.abc import Callable

from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _

from oneplan.access.actors import PUBLIC, Actor, actor_for
from oneplan.access.permissions import Permission
from oneplan.indicators.profile import profile_of
from oneplan.joint_planning.canonical import canonical_bytes
from oneplan.periods import clock
from oneplan.plans.queries import readable_spaces
from oneplan.platform.errors import Refused
from oneplan.publishing import actions, rules
from oneplan.publishing.choices import Form
from oneplan.publishing.content import Told
from oneplan.publishing.models import Rendition
from oneplan.publishing.queries import sealed_adoption, source_of
from oneplan.publishing.versions import brief_version, profile_version
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_map

Progress = Callable[[int, str], None]
_SECONDS_BETWEEN = 0.5
_log = logging.getLogger(__name__)


def make_form(told: Told, form: str, progress: Progress | None = None) -> bytes:
    """The bytes of a form. Each program that draws one is loaded when it is first needed: they are slow to load."""
    if form == Form.PDF:
        from oneplan.publishing.pdf import plan_pdf

        return plan_pdf(told, progress=progress)
    if form == Form.WORD:
        from oneplan.publishing.word import plan_word

        return plan_word(told, progress=progress)
    if form == Form.EXCEL:
        from oneplan.publishing.excel import plan_workbook

        return plan_workbook(told, progress=progress)
    return canonical_bytes(told.content)


def district_brief(actor: Actor, space: Space) -> bytes:
    """One page about a space as PDF. Readers of its drafts see progress; everybody else the adopted content.

    What strangers get is the same for all of them on one day, so it is drawn once.
    """
    from oneplan.publishing import briefs

    if readable_spaces(actor).filter(pk=space.pk).exists():
        return briefs.district_brief(actor, space)
    adoption = sealed_adoption(space.pk)
    content_hash = adoption.content_hash if adoption else ""
    language = translation.get_language() or ""
    key = ":".join(("brief", space.pk, content_hash, str(clock.today()), language, brief_version()))
    made: bytes | None = cache.get(key)
    if made is None:
        made = briefs.district_brief(PUBLIC, space)
        cache.set(key, made, 24 * 60 * 60)
    return made


def meeting_brief(actor: Actor, space: Space) -> bytes:
    """One page to take into a meeting as PDF. Raises NotAllowed for who may not read the drafts of the space."""
    from oneplan.publishing import briefs

    rules.check_may_meet(actor, space)
    return briefs.meeting_brief(actor, space)


def profile_file(actor: Actor, space: Space, form: str) -> bytes:
    """The profile of a space in a form of `choices.ProfileForm`, as far as the actor may see the figures.

    It is the same for all who see as much, of one build on one day, so it is drawn once. Raises NothingBuilt.
    """
    from oneplan.publishing import profiles

    told, today = profile_of(space, by=actor), clock.today()
    sees = "government" if actor.is_national(Permission.OBSERVATION_READ) else "public"
    language = translation.get_language() or ""
    key = ":".join(("profile", space.pk, form, told.edition, sees, str(today), language, profile_version()))
    made: bytes | None = cache.get(key)
    if made is None:
        made = profiles.profile_file(form, told, space_map(space), on=today)
        cache.set(key, made, 24 * 60 * 60)
    return made


def make(rendition_id: int) -> None:
    """Make a rendition that was asked for, and keep it or remember why not. Harmless to repeat."""
    rendition = actions.begin_rendition(rendition_id)
    if rendition is None:
        return
    try:
        with translation.override(rendition.language):
            as_draft = rendition.asked_by_id is not None
            if as_draft:
                rules.check_may_read(actor_for(rendition.asked_by), rendition.edition)
                rules.check_still_draft(rendition.edition)
            told = source_of(rendition.edition, as_draft=as_draft)
            file = make_form(told, rendition.form, _teller(rendition_id))
        digest = hashlib.sha256(file).hexdigest()
        actions.keep_rendition(rendition, file, content_hash=told.content_hash, sha256=digest)
    except Refused as refusal:
        actions.fail_rendition(rendition, refusal.sentence)
    except Exception:
        _log.exception("rendition %s", rendition_id)
        _fail(rendition)


def _fail(rendition: Rendition) -> None:
    sentence = _("Something went wrong on our side. Try again; if it fails again, report rendition %(id)s.")
    actions.fail_rendition(rendition, sentence % {"id": rendition.pk})


def _teller(rendition_id: int) -> Progress:
    """Tells the page how far it is, at most twice a second."""
    told = 0.0

    def tell(per_cent: int, words: str) -> None:
        nonlocal told
        if time.monotonic() - told > _SECONDS_BETWEEN:
            actions.note_progress(rendition_id, per_cent, words)
            told = time.monotonic()

    return tell
