"""Which posts an institution has, what each confers and who signs: the typed form of `parameters/posts.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from oneplan.access.roles import Role
from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.institutions.choices import Capacity, InstitutionKind

FILE = Path(__file__).parent / "parameters" / "posts.yaml"


class ScopeKind(StrEnum):
    """At what a role of a post is held."""

    INSTITUTION = "institution"
    SPACE = "space"
    PROVINCE = "province"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Conferment:
    """A role that a post gives, and at which kind of scope."""

    role: Role
    scope: ScopeKind


@dataclass(frozen=True, slots=True)
class PostKind:
    """A kind of post. Holder and acting person receive `confers`; a deputy receives `deputy_confers`."""

    code: str
    title: str
    standing: Standing
    source: str
    confers: tuple[Conferment, ...] = ()
    deputy_confers: tuple[Conferment, ...] = ()

    def confers_on(self, capacity: str) -> tuple[Conferment, ...]:
        """What somebody in this capacity receives."""
        return self.deputy_confers if capacity == Capacity.DEPUTY else self.confers


@dataclass(frozen=True, slots=True)
class Establishment:
    """The posts of the institutions of a kind; `per_space` and `per_province` posts exist once for each."""

    kind: InstitutionKind
    posts: tuple[str, ...]
    only: tuple[str, ...] = ()
    ending: str | None = None
    per_space: tuple[str, ...] = ()
    per_province: tuple[str, ...] = ()

    def fits(self, code: str, kind: str) -> bool:
        """Whether this is the establishment of that institution."""
        return (
            self.kind == kind
            and (not self.only or code in self.only)
            and (self.ending is None or code.endswith(self.ending))
        )


@dataclass(frozen=True, slots=True)
class SigningRule:
    """Which posts bind an institution of these kinds, on `[since, until)`."""

    kinds: tuple[InstitutionKind, ...]
    posts: tuple[str, ...]
    since: date
    until: date | None
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class Posts:
    """The whole file."""

    post_kinds: tuple[PostKind, ...]
    establishments: tuple[Establishment, ...]
    signs: tuple[SigningRule, ...]


@cache
def posts() -> Posts:
    """The file, read once and checked. Raises BrokenFileError."""
    whole = load(FILE, Posts)
    known = {kind.code for kind in whole.post_kinds}
    for i, establishment in enumerate(whole.establishments):
        named = {*establishment.posts, *establishment.per_space, *establishment.per_province}
        if not named <= known:
            raise BrokenFileError(
                f"{FILE.name}: establishments[{i}] names unknown posts: {', '.join(sorted(named - known))}"
            )
    for i, rule in enumerate(whole.signs):
        if not set(rule.posts) <= known:
            raise BrokenFileError(f"{FILE.name}: signs[{i}].posts names unknown posts")
    established = {each.kind for each in whole.establishments}
    signed = {kind for rule in whole.signs for kind in rule.kinds}
    for kind in InstitutionKind:
        if kind not in established or kind not in signed:
            raise BrokenFileError(f"{FILE.name}: {kind} has no establishment or nobody who signs")
    return whole


@cache
def post_kinds() -> MappingProxyType[str, PostKind]:
    """All kinds of post by code."""
    return MappingProxyType({kind.code: kind for kind in posts().post_kinds})


def establishment_of(code: str, kind: str) -> Establishment:
    """The establishment of an institution. Raises KeyError for an unknown kind."""
    for each in posts().establishments:
        if each.fits(code, kind):
            return each
    raise KeyError(f"No posts are laid down for institutions of the kind {kind!r}")


def signing_rule(kind: str, on: date) -> SigningRule | None:
    """Who binds an institution of that kind on the date, or None where no rule was in force."""
    for rule in posts().signs:
        if kind in rule.kinds and rule.since <= on and (rule.until is None or on < rule.until):
            return rule
    return None
