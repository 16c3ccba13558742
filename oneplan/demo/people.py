"""The invented people of the sample. No name here is a real office-bearer's; the posts and institutions are real."""

import random
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from oneplan.access.actions import grant_role
from oneplan.access.actors import Actor, actor_for, system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.demo.sample import Seating
from oneplan.institutions.actions import fill_post, name_champion
from oneplan.institutions.models import Holding, Institution, Post
from oneplan.institutions.queries import signing_post
from oneplan.periods import clock
from oneplan.spaces.models import Space

PASSWORD = "sample plan of Waterberg"  # noqa: S105  # meant to be known: samples only
SEED = 36
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
    space: str = "DC36"  # whose post it is, where an institution has one for each space or province


PEOPLE = (
    Person("refilwe@oneplan.example", "Refilwe Moagi", "hub manager of Waterberg", ("nat-cogta", "hub_manager")),
    Person("nomsa@oneplan.example", "Nomsa Khoza", "planner of the water department", ("nat-dws", "ddm_coordinator")),
    Person(
        "sipho@oneplan.example", "Sipho Radebe", "Director-General who signs for water", ("nat-dws", "director_general")
    ),
    Person("lerato@oneplan.example", "Lerato Phiri", "Executive Mayor, Waterberg", ("mun-dc36", "executive_mayor")),
    Person(
        "thandi@oneplan.example", "Thandi Nqaba", "hub manager of OR Tambo", ("nat-cogta", "hub_manager"), space="DC15"
    ),
    Person(
        "priya@oneplan.example", "Priya Reddy", "hub manager of eThekwini", ("nat-cogta", "hub_manager"), space="ETH"
    ),
    Person(
        "lwazi@oneplan.example", "Lwazi Shabane", "municipal manager who signs for eThekwini",
        ("mun-eth", "municipal_manager"), space="ETH",
    ),
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
)  # fmt: skip


def post_of(institution: str, kind: str, space: Space) -> Post:
    """An institution's post of a kind: the space's own, else its province's, else the only one."""
    posts = Post.objects.filter(institution_id=institution, kind=kind)
    for_space = posts.filter(space=space).first() or posts.filter(code__icontains=space.province_id.lower()).first()
    return for_space or posts.get(space=None)


class Cast:
    """The people, by what they are needed for. One cast for all pilots: a national department signs by one hand."""

    def __init__(self) -> None:
        rng = random.Random(SEED)
        names = [f"{first} {last}" for last in _LAST for first in _FIRST]
        rng.shuffle(names)
        self._names = iter(names)
        self._password = make_password(PASSWORD)  # hashed once for all: hashing is slow on purpose
        self._users: dict[str, User] = {}
        self._signatories: dict[str, User] = {}
        self._actors: dict[tuple[int, date], Actor] = {}
        spaces = Space.objects.in_bulk()
        for person in PEOPLE:
            user = self._open_account(person.email, person.name)
            self._users[person.email.split("@")[0]] = user
            if person.holds:
                self._hold(post_of(*person.holds, spaces[person.space]), user)
            if person.role:
                grant_role(user, *person.role, by=BY, valid_from=SINCE)

    def _open_account(self, email: str, name: str) -> User:
        user = User.objects.create_user(email, name=name, is_sample=True)
        user.password = self._password
        user.save(update_fields=["password"])
        return user

    def _hold(self, post: Post, user: User) -> None:
        post.refresh_from_db()
        fill_post(post, person_name=user.name, user=user, valid_from=SINCE, revision=post.revision, by=BY)

    def _actor(self, user: User) -> Actor:
        """The person with what they may do today, looked up once a day."""
        key = user.pk, clock.today()
        if key not in self._actors:
            self._actors[key] = actor_for(user)
        return self._actors[key]

    def __getitem__(self, name: str) -> Actor:
        return self._actor(self._users[name])

    def holder(self, post: Post) -> User:
        """Who holds a post: whoever does, else somebody new."""
        holding = Holding.objects.filter(post=post, valid_to=None, user__isnull=False).select_related("user").first()
        if holding is not None and holding.user is not None:
            return holding.user
        name = next(self._names)
        user = self._open_account(f"{name.lower().replace(' ', '.')}@oneplan.example", name)
        self._hold(post, user)
        return user

    def signatory(self, institution: str) -> Actor:
        """Who signs for an institution; its signing post is filled when first asked for."""
        if institution not in self._signatories:
            post = signing_post(Institution.objects.get(code=institution))
            if post is None:
                raise LookupError(f"{institution} has no signing post.")
            self._signatories[institution] = self.holder(post)
        return self._actor(self._signatories[institution])

    def planner(self, institution: str) -> Actor:
        """Who plans for an institution, else who signs for it."""
        plans = Post.objects.filter(institution_id=institution, kind__in=("ddm_coordinator", "idp_manager"))
        holding = Holding.objects.filter(post__in=plans, valid_to=None, user__isnull=False).first()
        return self._actor(holding.user) if holding and holding.user else self.signatory(institution)

    def name_champions(self, space: Space, champions: list[Seating]) -> None:
        """The champions of a space, its mayors and the department's designate."""
        for each in champions:
            post = post_of(each.institution, each.post, space)
            name_champion(
                space, institution=post.institution, level=each.as_, person_name=self.holder(post).name, post=post,
                valid_from=SINCE, by=BY,
            )  # fmt: skip
        areas = list(space.municipal_areas.values_list("code", flat=True))
        for post in Post.objects.filter(kind="mayor", institution__municipality_code__in=areas).order_by("code"):
            self.holder(post)
        for post in Post.objects.filter(kind="dcog_designate", space=space):
            self.holder(post)
