"""Whether a form can be asked for now. Nothing here writes."""

from datetime import timedelta

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition
from oneplan.plans.queries import IN_PROGRESS, PUBLISHED, readable_spaces, visible_to
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.publishing.choices import ALLOWED_MOVES, Form, RenditionState
from oneplan.publishing.models import Rendition
from oneplan.spaces.models import Space

KEPT = timedelta(days=1)  # how long the form of a draft is kept
PUBLIC_PAUSE = timedelta(minutes=5)  # so that nobody keeps a machine busy with what fails


def check_may_read(actor: Actor, edition: Edition) -> None:
    """Raise NotAllowed unless the actor may read the edition: adopted ones anybody, drafts their readers."""
    if not visible_to(actor).filter(pk=edition.pk).exists():
        raise NotAllowed(_("You may not read this edition, so no form of it can be made for you."))


def check_may_meet(actor: Actor, space: Space) -> None:
    """Raise NotAllowed unless the actor may read the drafts of a space: the brief tells what is not adopted."""
    if not readable_spaces(actor).filter(pk=space.pk).exists():
        raise NotAllowed(_("A meeting brief is for those who may read the drafts of this space."))


def is_draft(edition: Edition) -> bool:
    """Whether the edition is written or signed still. Raises RuleBroken for one that was given up."""
    if edition.state in PUBLISHED:
        return False
    if edition.state not in IN_PROGRESS:
        raise RuleBroken(
            _("This edition is %(state)s; it is not published in any form.")
            % {"state": str(EditionState(edition.state).label).lower()}
        )
    return True


def check_for_a_person(actor: Actor) -> None:
    """Raise RuleBroken where a draft's form would be nobody's: what is nobody's is kept for everybody."""
    if actor.user_id is None:
        raise RuleBroken(_("A form of a draft is made for a person. Write it to a file with `oneplan export plan`."))


def check_still_draft(edition: Edition) -> None:
    """Raise RuleBroken for an edition that was adopted since: a draft of it would say that nobody adopted it."""
    if not is_draft(edition):
        raise RuleBroken(_("This edition was adopted in the meantime. Get it from the page of the adopted plan."))


def check_form(form: str, *, as_draft: bool) -> None:
    """Raise RuleBroken for a form that is not made."""
    if form not in Form.values:
        raise RuleBroken(_("There is no form called “%(form)s”.") % {"form": form})
    if form == Form.JSON and not as_draft:
        raise RuleBroken(_("The JSON of an adopted edition is its sealed file; it is not made again."))


def check_can_move(rendition: Rendition, state: RenditionState) -> None:
    """Raise RuleBroken where a rendition cannot come into that state from its own."""
    if state not in ALLOWED_MOVES[rendition.state]:
        raise RuleBroken(
            _("This form is %(now)s; it cannot become %(then)s.")
            % {"now": rendition.get_state_display().lower(), "then": str(state.label).lower()}
        )


def wants_making(rendition: Rendition) -> bool:
    """Whether asking for it again means making it: it failed, was left lying, expired, or is a draft that was made."""
    if rendition.is_at_work:
        return False
    return not rendition.is_ready or rendition.asked_by_id is not None


def check_may_ask_again(rendition: Rendition, actor: Actor) -> None:
    """Raise RuleBroken where a stranger asks again for what failed a moment ago."""
    failed = rendition.state == RenditionState.FAILED and rendition.made_at
    if failed and not (actor.is_signed_in or actor.is_system) and clock.now() - failed < PUBLIC_PAUSE:
        raise RuleBroken(_("It could not be made a moment ago. Try again in five minutes, or read the page itself."))


def made(rendition: Rendition | None) -> Rendition:
    """The rendition, once it is ready. Raises RuleBroken where nobody asked for it, or it is not made, or failed."""
    if rendition is None:
        raise RuleBroken(_("Nobody has asked for this form yet. Ask for it first."))
    if rendition.state == RenditionState.FAILED:
        raise RuleBroken(_("It could not be made: %(why)s Ask for it again.") % {"why": rendition.message})
    if not rendition.is_ready:
        raise RuleBroken(_("It is still being made. Ask again in a few seconds."))
    return rendition
