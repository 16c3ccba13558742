"""The invented people of the sample. No name here is a real office-bearer's; the posts and institutions are real."""

import random
from dataclasses import dataclass
from datetime import date

from oneplan.access.actions import grant_role
from oneplan.access.actors import Actor, actor_for, system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.institutions.actions import fill_post, name_champion
from oneplan.institutions.models import Holding, Institution, Post
from oneplan.institutions.queries import signing_post
from oneplan.spaces.models import Space

PASSWORD = "sample plan of Waterberg"  # noqa: S105  # meant to be known: samples only
SINCE = date(2024, 7, 1)
BY = system("demonstration")

_FIRST = [
    "Amogelang", "Bongani", "Chantal", "Dineo", "Elias", "Fatima", "Gift", "Helen", "Itumeleng", "Johan", "Karabo",
    "Lindiwe", "Matome", "Neo", "Olivia", "Precious", "Queen", "Rendani", "Sello", "Thato", "Unathi", "Vusi",
    "Wanda", "Xolani", "Yolanda", "Zodwa", "Andile", "Boitumelo", "Carel", "Dikeledi", "Enoch", "Fikile",
]  # fmt: skip
_LAST = [
    "Mabaso", "Kekana", "Botha", "Ledwaba", "Naidoo", "Moloto", "Sithole", "Ferreira", "Mokoena", "Tshabalala",
    "Jacobs", "Maluleke", "Ngobeni", "Pretorius", "Rammala", "Seabela", "Dlamini", "Mahlangu", "Chauke", "Mothapo",
]  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One of the people to sign in as: address, name, and the post (institution, kind) or role they hold."""

    email: str
    name: str
    post: str
    holds: tuple[str, str] | None = None
    role: tuple[Role, str] | None = None


PEOPLE = (
    Person("refilwe@oneplan.example", "Refilwe Moagi", "hub manager of Waterberg", ("nat-cogta", "hub_manager")),
    Person("nomsa@oneplan.example", "Nomsa Khoza", "planner of the water department", ("nat-dws", "ddm_coordinator")),
    Person(
        "sipho@oneplan.example", "Sipho Radebe", "Director-General who signs for water", ("nat-dws", "director_general")
    ),
    Person("lerato@oneplan.example", "Lerato Phiri", "Executive Mayor, Waterberg", ("mun-dc36", "executive_mayor")),
    Person(
        "kagiso@oneplan.example",
        "Kagiso Maake",
        "provincial coordinator, Limpopo",
        ("nat-cogta", "provincial_coordinator"),
    ),
    Person(
        "naledi@oneplan.example",
        "Naledi Sekgobela",
        "national programme manager",
        ("nat-cogta", "national_programme_manager"),
    ),
    Person("pieter@oneplan.example", "Pieter Vermeulen", "analyst", role=(Role.ANALYST, "national")),
    Person("zanele@oneplan.example", "Zanele Mbatha", "auditor", role=(Role.AUDITOR, "national")),
    Person("ruan@oneplan.example", "Ruan Adams", "system administrator", role=(Role.SYSTEM_ADMINISTRATOR, "national")),
)


def _open_account(email: str, name: str) -> User:
    return User.objects.create_user(email, PASSWORD, name=name, is_sample=True)


def _post(institution: str, kind: str, space: Space) -> Post:
    posts = Post.objects.filter(institution_id=institution, kind=kind)
    for_space = posts.filter(space=space).first() or posts.filter(code__icontains=space.province_id.lower()).first()
    return for_space or posts.get(space=None)


def _hold(post: Post, user: User) -> None:
    post.refresh_from_db()
    fill_post(post, person_name=user.name, user=user, valid_from=SINCE, revision=post.revision, by=BY)


class Cast:
    """The people, by what they are needed for."""

    def __init__(self, space: Space, rng: random.Random) -> None:
        self.space = space
        names = [f"{first} {last}" for last in _LAST for first in _FIRST]
        rng.shuffle(names)
        self._names = iter(names)
        self._users: dict[str, User] = {}
        self._signatories: dict[str, User] = {}
        for person in PEOPLE:
            user = _open_account(person.email, person.name)
            self._users[person.email.split("@")[0]] = user
            if person.holds:
                _hold(_post(*person.holds, space), user)
            if person.role:
                grant_role(user, *person.role, by=BY, valid_from=SINCE)
        self._signatories["nat-dws"] = self._users["sipho"]

    def __getitem__(self, name: str) -> Actor:
        return actor_for(self._users[name])

    def newcomer(self, post: Post) -> User:
        """An invented holder for a post."""
        name = next(self._names)
        user = _open_account(f"{name.lower().replace(' ', '.')}@oneplan.example", name)
        _hold(post, user)
        return user

    def holder(self, post: Post) -> None:
        """Make sure that somebody holds a post."""
        if not Holding.objects.filter(post=post, valid_to=None).exists():
            self.newcomer(post)

    def signatory(self, institution: str) -> Actor:
        """Who signs for an institution; its signing post is filled when first asked for."""
        if institution not in self._signatories:
            post = signing_post(Institution.objects.get(code=institution))
            if post is None:
                raise LookupError(f"{institution} has no signing post.")
            self._signatories[institution] = self.newcomer(post)
        return actor_for(self._signatories[institution])

    def name_champions(self) -> None:
        """A national and a provincial champion, and the mayors of the space."""
        for institution, kind, level in (("nat-dws", "minister", "national"), ("lim-cogta", "mec", "provincial")):
            post = Post.objects.get(institution_id=institution, kind=kind)
            user = self.newcomer(post)
            name_champion(
                self.space, institution=post.institution, level=level, person_name=user.name, post=post,
                valid_from=SINCE, by=BY,
            )  # fmt: skip
        for post in Post.objects.filter(kind="mayor", institution__municipality_code__in=self._areas()):
            self.newcomer(post)
        for post in Post.objects.filter(kind="dcog_designate", space=self.space):
            self.newcomer(post)

    def _areas(self) -> list[str]:
        return list(self.space.municipal_areas.values_list("code", flat=True))
