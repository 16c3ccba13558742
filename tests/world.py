"""The cast. Invented people, one role each, in the real register of spaces and institutions.

Thandi runs the hub of OR Tambo (DC15), Hendrik that of Waterberg (DC36); Sipho signs for the national water
department, Nomsa plans for it; Lerato sits on OR Tambo's political committee; Ayanda signs for Limpopo's health;
Pieter analyses for Treasury, Zanele audits, Ruan administers; Charlie signed in and has no role; and the public.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pytest
from django.test import Client

from oneplan.access.actions import grant_role
from oneplan.access.actors import PUBLIC, Actor, actor_for, system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.institutions.actions import fill_post
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import signing_post
from oneplan.spaces.models import Space

LONG_AGO = date(2020, 1, 1)
PASSWORD = "a long enough password"


@dataclass
class World:
    """Makes each person when first asked for, so that a test pays only for whom it names."""

    def _person(self, name: str, role: Role | None = None, scope_key: str = "") -> Actor:
        user = User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name)
        if role:
            grant_role(user, role, scope_key, by=system("tests"), valid_from=LONG_AGO)
        return actor_for(user)

    def signatory(self, name: str, institution_code: str) -> Actor:
        """Someone who holds the signing post of an institution."""
        user = User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name)
        post = signing_post(Institution.objects.get(code=institution_code))
        assert post is not None, institution_code
        fill_post(post, person_name=name, user=user, valid_from=LONG_AGO, revision=post.revision, by=system("tests"))
        return actor_for(user)

    @cached_property
    def dc15(self) -> Space:
        return Space.objects.get(code="DC15")

    @cached_property
    def dc36(self) -> Space:
        return Space.objects.get(code="DC36")

    @cached_property
    def eth(self) -> Space:
        return Space.objects.get(code="ETH")

    @cached_property
    def dws(self) -> Institution:
        return Institution.objects.get(code="nat-dws")

    @cached_property
    def health(self) -> Institution:
        return Institution.objects.get(code="lim-health")

    @cached_property
    def thandi(self) -> Actor:
        return self._person("Thandi", Role.HUB_MANAGER, "space:DC15")

    @cached_property
    def hub36(self) -> Actor:
        return self._person("Hendrik", Role.HUB_MANAGER, "space:DC36")

    @cached_property
    def sipho(self) -> Actor:
        return self.signatory("Sipho", "nat-dws")

    @cached_property
    def ayanda(self) -> Actor:
        return self.signatory("Ayanda", "lim-health")

    @cached_property
    def planner(self) -> Actor:
        return self._person("Nomsa", Role.CONTRIBUTOR, "institution:nat-dws")

    @cached_property
    def lerato(self) -> Actor:
        return self._person("Lerato", Role.POLITICAL_COMMITTEE_MEMBER, "space:DC15")

    @cached_property
    def technical(self) -> Actor:
        return self._person("Tebogo", Role.TECHNICAL_COMMITTEE_MEMBER, "space:DC36")

    @cached_property
    def coordinator(self) -> Actor:
        return self._person("Kagiso", Role.PROVINCIAL_COORDINATOR, "province:LIM")

    @cached_property
    def other_coordinator(self) -> Actor:
        return self._person("Andile", Role.PROVINCIAL_COORDINATOR, "province:EC")

    @cached_property
    def office(self) -> Actor:
        return self._person("Naledi", Role.NATIONAL_PROGRAMME_OFFICE, "national")

    @cached_property
    def analyst(self) -> Actor:
        return self._person("Pieter", Role.ANALYST, "national")

    @cached_property
    def auditor(self) -> Actor:
        return self._person("Zanele", Role.AUDITOR, "national")

    @cached_property
    def admin(self) -> Actor:
        return self._person("Ruan", Role.SYSTEM_ADMINISTRATOR, "national")

    @cached_property
    def charlie(self) -> Actor:
        return self._person("Charlie")

    @property
    def public(self) -> Actor:
        return PUBLIC

    def client(self, actor: Actor) -> Client:
        """A browser signed in as the actor; signed out for the public."""
        client = Client()
        if actor.user:
            client.force_login(actor.user)
        return client


@pytest.fixture
def world(db: None) -> World:
    return World()
