"""Reading institutions, posts and powers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.access.roles import ROLES, RoleDefinition
from oneplan.institutions.choices import Capacity, Power
from oneplan.institutions.establishment import post_kinds, signing_rule
from oneplan.institutions.models import Champion, Delegation, Holding, Institution, InstitutionAlias, Post
from oneplan.institutions.names import fold
from oneplan.periods import clock

HOW = {
    "code": _("by its code"),
    "name": _("by its name"),
    "alias": _("by another name on record"),
    "folded": _("by its name, written differently"),
    "former": _("by a name of another time"),
}
# Of 100, from which a name is near enough to be offered: as a whole, its words in any order; or for a part of it. Below
# these stand names that share no more than "Department of" or a syllable (tests/test_resolve.py has examples).
_WHOLE_LIKE, _PART_LIKE = 75, 88


@dataclass(frozen=True, slots=True)
class Match:
    """An institution that a name was found to mean, and how: a key of HOW."""

    institution: Institution
    how: str
    matched: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An institution whose name resembles what was written. Never taken without a person's word."""

    institution: Institution
    name: str
    likeness: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means. One match is an answer; none or several is a question."""

    asked: str
    matches: tuple[Match, ...]
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def institution(self) -> Institution | None:
        """The institution when exactly one matches, else None."""
        return self.matches[0].institution if len(self.matches) == 1 else None


@dataclass(frozen=True, slots=True)
class SigningPower:
    """By what somebody may bind an institution: the post held, or the delegation with its instrument."""

    institution: Institution
    post: Post
    holding: Holding
    delegation: Delegation | None = None

    @property
    def is_delegated(self) -> bool:
        """Whether the power comes from a written delegation, to be printed with the signature."""
        return self.delegation is not None

    @property
    def sentence(self) -> str:
        """The words that stand beside a signature."""
        parts = {
            "name": self.holding.person_name,
            "post": self.holding.post.title,
            "institution": self.institution.name,
        }
        if self.delegation is None:
            if self.holding.capacity == Capacity.ACTING:
                return str(_("%(name)s, acting %(post)s, %(institution)s") % parts)
            return str(_("%(name)s, %(post)s, %(institution)s") % parts)
        parts |= {"from": self.delegation.from_post.title, "instrument": self.delegation.reference}
        return str(
            _("%(name)s, %(post)s, for the %(from)s of %(institution)s by written delegation %(instrument)s") % parts
        )


class Directory:
    """All names of the institutions at a date, read in two queries, for resolving many rows of a file."""

    def __init__(self, as_at: date | None = None) -> None:
        self.as_at = as_at or clock.today()
        rows = Institution.objects.filter(merged_into=None).valid_on(self.as_at).select_related("province")
        self.institutions = {each.code: each for each in rows}
        self._exact: dict[str, list[Match]] = {}
        self._folded: dict[str, list[Match]] = {}
        self._former: dict[str, list[Match]] = {}
        for each in self.institutions.values():
            for code in filter(None, (each.code, each.municipality_code)):
                self._add(self._exact, code.casefold(), Match(each, "code", code))
            for name in filter(None, dict.fromkeys((each.name, each.short_name))):
                self._add(self._exact, name.casefold(), Match(each, "name", name))
                self._add(self._folded, fold(name), Match(each, "folded", name))
        for alias in InstitutionAlias.objects.all():
            self._add_alias(alias)

    def _add_alias(self, alias: InstitutionAlias) -> None:
        institution = self.institutions.get(alias.institution_id)
        if institution is None:
            return
        if alias.is_valid_on(self.as_at):
            self._add(self._exact, alias.alias.casefold(), Match(institution, "alias", alias.alias))
            self._add(self._folded, alias.folded, Match(institution, "folded", alias.alias))
        else:
            self._add(self._former, alias.folded, Match(institution, "former", alias.alias))

    @staticmethod
    def _add(index: dict[str, list[Match]], key: str, match: Match) -> None:
        if all(known.institution.code != match.institution.code for known in index.setdefault(key, [])):
            index[key].append(match)

    def resolve(self, name: str, *, province: str | None = None, sphere: str | None = None) -> Resolution:
        """What a name means, narrowed to a province (code or name) and a sphere; suggestions only when nothing matches.

        Exact codes, names and aliases come before names that agree only when folded, and these before names of another
        time: a file often writes a department's former name for years.
        """
        asked = " ".join(name.split())
        folded = fold(asked)
        for index, key in ((self._exact, asked.casefold()), (self._folded, folded), (self._former, folded)):
            matches = tuple(m for m in index.get(key, ()) if _fits(m.institution, province, sphere)) if key else ()
            if matches:
                return Resolution(asked, matches)
        return Resolution(asked, (), self._suggest(asked, province, sphere))

    def _suggest(self, asked: str, province: str | None, sphere: str | None) -> tuple[Suggestion, ...]:
        from rapidfuzz import fuzz, process  # here: slow to load, and only unknown names need it

        pool = {
            key: match
            for key, matches in self._folded.items()
            for match in matches[:1] + [m for m in matches[1:] if province]
            if _fits(match.institution, province, sphere)
        }
        near: dict[str, float] = {}
        for scorer, least in ((fuzz.token_sort_ratio, _WHOLE_LIKE), (fuzz.WRatio, _PART_LIKE)):
            for key, likeness, _index in process.extract(
                fold(asked), list(pool), scorer=scorer, limit=8, score_cutoff=least
            ):
                near[key] = max(likeness, near.get(key, 0))
        found: dict[str, Suggestion] = {}
        for key, likeness in sorted(near.items(), key=lambda item: -item[1]):
            match = pool[key]
            found.setdefault(match.institution.code, Suggestion(match.institution, match.matched, round(likeness)))
        return tuple(found.values())[:5]


def _fits(institution: Institution, province: str | None, sphere: str | None) -> bool:
    if sphere is not None and institution.sphere != sphere:
        return False
    if province is None:
        return True
    here = institution.province
    return here is not None and province.casefold() in (here.code.casefold(), here.name.casefold())


def resolve(name: str, province: str | None = None, sphere: str | None = None, as_at: date | None = None) -> Resolution:
    """What an institution's name means at a date. For many rows make one `Directory` and ask it."""
    return Directory(as_at).resolve(name, province=province, sphere=sphere)


def visible_to(actor: Actor) -> QuerySet[Institution]:
    """The register is public: who the organs of state are, and which posts they have, is no secret."""
    return Institution.objects.select_related("province", "space")


def holdings_visible_to(actor: Actor, post: Post | None = None) -> QuerySet[Holding]:
    """Who holds posts. Names of office-holders are shown to those who work here; the public sees posts, not people."""
    rows = Holding.objects.select_related("post", "user")
    if post is not None:
        rows = rows.filter(post=post)
    return rows if actor.is_signed_in or actor.is_system else rows.none()


def numbered_holdings(actor: Actor, post: Post) -> list[Holding]:
    """The holdings of a post, newest first, each with its `number` in the order in which they were recorded."""
    rows = list(holdings_visible_to(actor, post).order_by("id"))
    for number, row in enumerate(rows, 1):
        row.number = number  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: (row.valid_from, row.pk), reverse=True)


def posts_of(institution: Institution, on: date | None = None) -> QuerySet[Post]:
    """The institution's posts with who sits in them on the date, as `post.sitting`."""
    sitting = Holding.objects.valid_on(on or clock.today()).select_related("user").order_by("capacity", "valid_from")
    return (
        Post.objects.filter(institution=institution)
        .select_related("institution", "space", "province")
        .prefetch_related(Prefetch("holdings", queryset=sitting, to_attr="sitting"))
    )


def is_sample(holdings: Iterable[Holding]) -> bool:
    """Whether an invented person is among the holders."""
    return any(holding.user is not None and holding.user.is_sample for holding in holdings)


def holdings_on(post: Post, on: date | None = None) -> list[Holding]:
    """Who sits in the post on the date, in any capacity."""
    return list(Holding.objects.filter(post=post).valid_on(on or clock.today()).select_related("user", "post"))


def posts_held_by(user_id: int, on: date | None = None) -> list[Holding]:
    """What a person holds on the date, with post and institution."""
    rows = Holding.objects.filter(user_id=user_id).valid_on(on or clock.today())
    return list(rows.select_related("post__institution", "post__space"))


def conferred_by(post: Post) -> list[tuple[RoleDefinition, str]]:
    """What the holder of a post may do: each role with the kind of scope at which it holds."""
    kind = post_kinds().get(post.kind)
    return [(ROLES[each.role], each.scope.value) for each in kind.confers] if kind else []


def signing_posts(institution: Institution, on: date | None = None) -> list[Post]:
    """The posts that bind the institution on the date by the rule of its kind."""
    rule = signing_rule(institution.kind, on or clock.today())
    return list(Post.objects.filter(institution=institution, kind__in=rule.posts).order_by("id")) if rule else []


def signing_post(institution: Institution, on: date | None = None) -> Post | None:
    """The post that binds the institution on the date, or None where it has none."""
    return next(iter(signing_posts(institution, on)), None)


def delegations_on(institution: Institution, on: date | None = None) -> list[Delegation]:
    """The written delegations of the institution's powers in force on the date."""
    rows = Delegation.objects.filter(from_post__institution=institution).valid_on(on or clock.today())
    return list(rows.select_related("from_post", "to_post", "instrument"))


def may_sign_for(actor: Actor, institution: Institution, on: date | None = None) -> SigningPower | None:
    """By what the actor may bind the institution on the date: the signing post held (or acted in), else a written
    delegation of signing from it to a post that the actor holds. None otherwise; a deputy needs the delegation too."""
    if actor.user_id is None:
        return None
    on = on or clock.today()
    signing = {post.pk: post for post in signing_posts(institution, on)}
    held = [each for each in posts_held_by(actor.user_id, on) if each.capacity != Capacity.DEPUTY]
    for holding in held:
        if holding.post_id in signing:
            return SigningPower(institution, signing[holding.post_id], holding)
    for delegation in delegations_on(institution, on):
        if delegation.from_post_id not in signing or Power.SIGN not in delegation.powers:
            continue
        for holding in held:
            if holding.post_id == delegation.to_post_id:
                return SigningPower(institution, signing[delegation.from_post_id], holding, delegation)
    return None


def champions_of(space_code: str, on: date | None = None) -> QuerySet[Champion]:
    """The champions of a space on the date, by level."""
    rows = Champion.objects.filter(space_id=space_code).valid_on(on or clock.today())
    return rows.select_related("institution", "post", "space")


def institutions_in_space(space_code: str) -> QuerySet[Institution]:
    """The municipalities of a space: the district or metropolitan one first, then the local ones."""
    return Institution.objects.filter(space_id=space_code, merged_into=None).order_by("kind", "name")


def filtered(
    rows: QuerySet[Institution], *, text: str = "", sphere: str = "", province: str = "", kind: str = ""
) -> QuerySet[Institution]:
    """Institutions narrowed as the list page asks; text is sought in names, codes and other names."""
    if sphere:
        rows = rows.filter(sphere="" if sphere == "none" else sphere)
    if province:
        rows = rows.filter(province_id=province)
    if kind:
        rows = rows.filter(kind=kind)
    for word in text.split():
        seek = Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__icontains=word)
        rows = rows.filter(
            seek | Q(pk__in=InstitutionAlias.objects.filter(alias__icontains=word).values("institution"))
        )
    return rows
