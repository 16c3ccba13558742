"""What all acts share: the space, its people, its description, and one seeded source of chance."""

import random
from collections.abc import Iterable
from typing import Any

from oneplan.access.actors import Actor
from oneplan.commitments.models import Party
from oneplan.demo.people import Cast
from oneplan.demo.sample import Place, Sample
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.queries import signing_post
from oneplan.plans.models import Edition
from oneplan.spaces.models import MunicipalArea, Space, Ward


class Round:
    """One pilot while its story is told."""

    def __init__(self, cast: Cast, sample: Sample) -> None:
        self.cast, self.sample, self.rng = cast, sample, random.Random(sample.seed)
        self.space = Space.objects.select_related("province").get(code=sample.space)
        self.municipal_areas = {area.code: area for area in MunicipalArea.objects.filter(space=self.space)}
        self.wards = Ward.objects.in_bulk([place.ward for place in sample.places.values() if place.ward])
        self.institutions = Institution.objects.in_bulk()
        self.year = 0  # the first financial year of the edition that is being worked on
        self._posts: dict[str, Post | None] = {}

    @property
    def hub(self) -> Actor:
        """Who runs the hub of the space."""
        return self.cast[self.sample.hub]

    @property
    def edition(self) -> Edition:
        """The edition that is being worked on, as it stands now."""
        return Edition.objects.select_related("plan__space__province").filter(plan_id=self.space.code).latest("number")

    def marked(self, written: str | list[str]) -> list[Place]:
        """The places that a row means: "all", one mark, or several."""
        if written == "all":
            return list(self.sample.places.values())
        return [self.sample.places[mark] for mark in ([written] if isinstance(written, str) else written)]

    def where(self, written: str | list[str]) -> dict[str, Any]:
        """The same for a plan's element: one ward, or municipal areas, or the whole of a space that is one area."""
        places = self.marked(written)
        if len(places) == 1 and places[0].ward:
            return {"ward": places[0].ward}
        areas = list(dict.fromkeys(place.area for place in places))
        return {"whole_space": True} if len(self.municipal_areas) == 1 else {"municipal_areas": areas}

    def name(self, place: Place) -> str:
        return place.name or self.municipal_areas[place.area].name

    def signing_post(self, institution: str) -> Post:
        """The post that binds an institution. Raises LookupError."""
        if institution not in self._posts:
            self._posts[institution] = signing_post(self.institutions[institution])
        post = self._posts[institution]
        if post is None:
            raise LookupError(institution)
        return post

    def manager(self, place: Place) -> Post:
        """The municipal manager of a place, who owns what happens there."""
        return self.signing_post(f"mun-{place.area.lower()}")

    def parties(self) -> list[str]:
        """The institutions that are party to a commitment of this space, by code."""
        rows = Party.objects.filter(commitment__home_space=self.space).order_by()
        return sorted(set(rows.values_list("institution_id", flat=True)))

    def speaking(self, codes: Iterable[str]) -> list[str]:
        """Those of them that answer when they are asked."""
        return [code for code in codes if code not in self.sample.silent]
