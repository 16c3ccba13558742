"""Making a form from its source, step by step remembered. Called by the task and by the command line."""

import hashlib
import logging
import time
from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _

from oneplan.access.actors import actor_for
from oneplan.joint_planning.canonical import canonical_bytes
from oneplan.platform.errors import Refused
from oneplan.publishing import actions, rules
from oneplan.publishing.choices import Form
from oneplan.publishing.content import Told
from oneplan.publishing.models import Rendition
from oneplan.publishing.queries import source_of

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
