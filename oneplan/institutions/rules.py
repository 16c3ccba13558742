"""When an act on institutions, posts and powers is possible. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.permissions import Permission
from oneplan.access.roles import Role
from oneplan.access.scopes import settling
from oneplan.institutions.choices import Capacity, ChampionLevel, Power, Sphere
from oneplan.institutions.establishment import ScopeKind, post_kinds, signing_rule
from oneplan.institutions.models import Champion, Delegation, Holding, Institution, InstitutionMerger, Post
from oneplan.periods import clock
from oneplan.platform.documents import Document
from oneplan.platform.errors import NotAllowed, RuleBroken


def _day(on: date) -> str:
    return date_format(on, "j M Y")


def check_dates(valid_from: date, valid_to: date | None) -> None:
    """Refuse an end that does not lie after the beginning."""
    if valid_to is not None and valid_to <= valid_from:
        raise RuleBroken(
            _("The end (%(to)s) does not lie after the beginning (%(from)s). Correct one of the dates.")
            % {"to": _day(valid_to), "from": _day(valid_from)}
        )


def check_can_register(code: str, name: str, kind: str) -> None:
    """Refuse a code that exists, since codes are never reused."""
    if not name.strip():
        raise RuleBroken(_("An institution needs a name."))
    if Institution.objects.filter(code=code).exists():
        raise RuleBroken(
            _("The code %(code)s belongs to an institution already. Codes are never reused: choose another.")
            % {"code": code}
        )


def check_can_rename(institution: Institution, name: str, valid_from: date) -> None:
    """Refuse a rename that changes nothing, or that begins before the present name did."""
    if institution.merged_into_id:
        raise RuleBroken(_("%(name)s was merged into another institution and keeps its name.") % {"name": institution})
    if institution.name == name:
        raise RuleBroken(_("%(name)s is its name already.") % {"name": name})
    current = institution.versions.filter(valid_to=None).first()
    if current and current.valid_from and valid_from <= current.valid_from:
        raise RuleBroken(
            _("The present name holds since %(day)s. A new name can only begin after that day.")
            % {"day": _day(current.valid_from)}
        )


def check_can_merge(merged: Institution, into: Institution) -> None:
    """Refuse to merge an institution into itself, twice, or while people still hold its posts."""
    if merged.pk == into.pk:
        raise RuleBroken(_("An institution cannot be merged into itself. Choose another one."))
    for each in (merged, into):
        if each.merged_into_id:
            raise RuleBroken(
                _("%(name)s was merged already. Undo that first, or choose the institution it went into.")
                % {"name": each.name}
            )
    held = Holding.objects.filter(post__institution=merged, valid_to=None).select_related("post")
    if held:
        raise RuleBroken(
            _("%(name)s still has people in its posts (%(posts)s). Vacate these posts first: no power is lost unseen.")
            % {"name": merged.name, "posts": ", ".join(sorted({each.post.title for each in held}))}
        )


def check_can_undo(merger: InstitutionMerger) -> None:
    """Refuse to undo a merger twice, or when what it went into was merged further."""
    if merger.undone_at:
        raise RuleBroken(_("This merger was undone already."))
    if merger.into.merged_into_id:
        raise RuleBroken(_("%(name)s was merged further. Undo that merger first.") % {"name": merger.into.name})


def check_can_fill_post(post: Post, capacity: str, person_name: str, valid_from: date, valid_to: date | None) -> None:
    """Refuse two people in one seat at one time, an acting appointment without end, and a nameless holder.

    Somebody who sat there before `valid_from` is succeeded, which is no overlap. Deputies may be several.
    """
    check_dates(valid_from, valid_to)
    if not person_name.strip():
        raise RuleBroken(_("Say who fills the post: a signature needs a name."))
    if post.institution.merged_into_id:
        raise RuleBroken(
            _("%(name)s was merged into another institution. Fill the post there.") % {"name": post.institution}
        )
    if capacity == Capacity.ACTING and valid_to is None:
        raise RuleBroken(_("An acting appointment has an end. Give the day on which it no longer holds."))
    if capacity == Capacity.DEPUTY:
        return
    later = Holding.objects.filter(post=post, capacity=capacity, valid_from__gte=valid_from)
    for other in later.overlapping(valid_from, valid_to):
        raise RuleBroken(
            _("%(name)s holds this post from %(day)s. Two people cannot hold it at once: end before that day.")
            % {"name": other.person_name, "day": _day(other.valid_from)}
        )


def signs(post: Post, capacity: str) -> bool:
    """Whether holding the post in this capacity binds its institution."""
    return Role.SIGNING_AUTHORITY in {each.role for each in post_kinds()[post.kind].confers_on(capacity)}


def check_may_give_power(post: Post, capacity: str, user_id: int | None, by: Actor) -> None:
    """Who fills posts does not thereby bind an institution, and gives no power beyond their own.

    A post that signs is filled by the national programme office or the system administrator, on the letter of
    appointment, and by nobody for themselves: else whoever runs a space could sign in the name of its municipalities.
    What a post gives within its institution is settled by the institution, its province or the nation, not by the
    space; what it gives in a space or beyond is not settled by the institution.
    """
    if by.is_system:
        return
    words = {"post": post.title, "institution": post.institution}
    if not signs(post, capacity):
        _check_may_confer(post, capacity, by, words)
        return
    if not by.is_national(Permission.POST_FILL):
        raise NotAllowed(
            _("%(post)s signs for %(institution)s. Send the letter of appointment to the national programme office or"
              " the system administrator: they fill the posts that bind an institution.")
            % words
        )  # fmt: skip
    if user_id is not None and user_id == by.user_id:
        raise NotAllowed(
            _("%(post)s signs for %(institution)s. You cannot put yourself there: ask somebody else who fills its"
              " posts.")
            % words
        )  # fmt: skip


def _check_may_confer(post: Post, capacity: str, by: Actor, words: dict[str, object]) -> None:
    kinds = {conferment.scope for conferment in post_kinds()[post.kind].confers_on(capacity)}
    within = ScopeKind.INSTITUTION in kinds
    if within and not by.may(Permission.POST_FILL, settling(post.institution.scopes())):
        raise NotAllowed(
            _("%(post)s acts for %(institution)s. Ask its accounting officer, its province's coordinator or the"
              " national programme office to fill the post.")
            % words
        )  # fmt: skip
    beyond = [key for key in post.scopes() if not key.startswith("institution:")]
    if kinds - {ScopeKind.INSTITUTION} and not by.may(Permission.POST_FILL, beyond):
        raise NotAllowed(
            _("%(post)s acts beyond %(institution)s. Ask whoever runs the place that it serves, or the national"
              " programme office, to fill the post.")
            % words
        )  # fmt: skip


def settled_at(post: Post, capacity: str) -> list[str]:
    """The scope keys, narrow to wide, at which it is settled who holds the post in this capacity."""
    kinds = {conferment.scope for conferment in post_kinds()[post.kind].confers_on(capacity)}
    if ScopeKind.INSTITUTION in kinds:
        return settling(post.institution.scopes())
    return [key for key in post.scopes() if not key.startswith("institution:")] if kinds else post.scopes()


def check_can_take_up(holding: Holding) -> None:
    """Refuse an account that comes when the post was handed on, or was taken up already."""
    words = {"post": holding.post.title, "institution": holding.post.institution}
    if holding.user_id:
        raise RuleBroken(_("%(post)s of %(institution)s is held with an account already.") % words)
    if holding.valid_to and holding.valid_to <= clock.today():
        raise RuleBroken(
            _("%(post)s of %(institution)s was handed on meanwhile. Ask whoever invited you for a new invitation.")
            % words
        )


def may_fill(by: Actor, post: Post) -> bool:
    """Whether somebody may fill the post in any capacity; for pages that show or hide a button."""
    return passes(check, by, Permission.POST_FILL, post) and any(
        passes(check_may_give_power, post, capacity, None, by) for capacity in (Capacity.HOLDER, Capacity.DEPUTY)
    )


def check_can_vacate(holding: Holding, on: date) -> None:
    """Refuse to end what has ended, or to end it before it began."""
    if holding.valid_to and holding.valid_to <= on:
        raise RuleBroken(
            _("%(name)s left this post on %(day)s already.")
            % {"name": holding.person_name, "day": _day(holding.valid_to)}
        )
    check_dates(holding.valid_from, on)


def check_can_delegate(
    from_post: Post, to_post: Post, powers: Collection[str], instrument: Document | None, reference: str,
    valid_from: date, valid_to: date | None, by: Actor,
) -> None:  # fmt: skip
    """Refuse a delegation without its instrument, without end, out of the institution, or of a power not held.

    Signing is delegated only by the post that signs, by whoever holds it: a delegate cannot hand it further.
    """
    if instrument is None:
        raise RuleBroken(_("A delegation exists only in writing. Attach the signed instrument."))
    if not reference.strip():
        raise RuleBroken(_("Give the reference of the instrument: it is printed with every signature made under it."))
    if valid_to is None:
        raise RuleBroken(_("A delegation has an end. Give the day on which it no longer holds."))
    check_dates(valid_from, valid_to)
    if not powers or not set(powers) <= set(Power.values):
        raise RuleBroken(_("Say which powers are delegated."))
    if from_post.pk == to_post.pk:
        raise RuleBroken(_("A post cannot delegate to itself. Choose another post."))
    if from_post.institution_id != to_post.institution_id:
        raise RuleBroken(
            _("Powers stay within the institution. Choose a post of %(name)s.") % {"name": from_post.institution}
        )
    if Power.SIGN not in powers:
        return
    rule = signing_rule(from_post.institution.kind, valid_from)
    if rule is None or from_post.kind not in rule.posts:
        raise RuleBroken(
            _("%(post)s does not sign for %(institution)s, so it cannot delegate signing.")
            % {"post": from_post.title, "institution": from_post.institution}
        )
    if by.is_system or by.user_id is None:
        return
    holds = Holding.objects.filter(post=from_post, user_id=by.user_id).exclude(capacity=Capacity.DEPUTY)
    if not holds.valid_on(valid_from).exists():
        raise RuleBroken(
            _("Only whoever holds the post of %(post)s can delegate its signing; a delegated power goes no further.")
            % {"post": from_post.title}
        )


def check_can_end_delegation(delegation: Delegation, on: date) -> None:
    """Refuse to end a delegation before it began or after it ended."""
    if delegation.valid_to <= on:
        raise RuleBroken(_("This delegation ended on %(day)s already.") % {"day": _day(delegation.valid_to)})
    check_dates(delegation.valid_from, on)


_LEVEL_OF_SPHERE = {
    Sphere.NATIONAL: ChampionLevel.NATIONAL,
    Sphere.PROVINCIAL: ChampionLevel.PROVINCIAL,
    Sphere.LOCAL: ChampionLevel.LOCAL,
}


def check_can_name_champion(champion: Champion) -> None:
    """Refuse a champion of the wrong sphere, and the same person twice at once for one space."""
    check_dates(champion.valid_from, champion.valid_to)
    if not champion.person_name.strip():
        raise RuleBroken(_("Say who the champion is."))
    sphere = champion.institution.sphere
    if not sphere or _LEVEL_OF_SPHERE[Sphere(sphere)] != champion.level:
        raise RuleBroken(
            _("%(level)s: choose an institution of that sphere; %(name)s is none.")
            % {"level": champion.get_level_display(), "name": champion.institution}
        )
    if champion.post and champion.post.institution_id != champion.institution_id:
        raise RuleBroken(_("%(post)s is no post of %(name)s.") % {"post": champion.post, "name": champion.institution})
    same = Champion.objects.filter(
        space=champion.space, person_name=champion.person_name, institution=champion.institution
    )
    if same.overlapping(champion.valid_from, champion.valid_to).exists():
        raise RuleBroken(_("%(name)s champions this space already in that time.") % {"name": champion.person_name})


def check_can_register_post(institution: Institution, kind: str) -> None:
    """Refuse a kind of post that is not laid down."""
    if kind not in post_kinds():
        raise RuleBroken(
            _("There is no kind of post %(kind)s. Choose one of: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(post_kinds())}
        )
