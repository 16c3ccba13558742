"""A sealed plan of Waterberg and its next edition in progress, with a data folder for each test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oneplan.commitments.actions import sign_commitments
from oneplan.joint_planning.actions import adopt_edition, freeze_copy
from oneplan.joint_planning.models import Adoption
from oneplan.joint_planning.tests import factories
from oneplan.plans.models import Edition
from oneplan.publishing.queries import source_of
from tests.kept import Kept, kept_fixture
from tests.world import World

SECRET = "Zwartwaterkloof has no water that anybody may know of yet"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    """Keys, documents and what is kept for a while lie in the test's own folder."""
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "documents"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@dataclass
class Published:
    """A plan that was adopted, and the world it was made in."""

    edition: Edition
    adoption: Adoption
    world: World

    @property
    def told(self) -> Any:
        return source_of(self.edition, as_draft=False)

    def next_edition(self) -> Edition:
        """The next edition in progress, with a secret in it."""
        from oneplan.plans.actions import record_finding

        edition = factories.edition_of(self.world.dc36, by=self.world.hub36)
        record_finding(edition, area="people", statement=SECRET, whole_space=True, by=self.world.hub36)
        return edition


def publish(world: World) -> Published:
    """Waterberg's first edition, from its first finding to its seal."""
    hub, signatory = world.hub36, world.sipho
    edition = factories.fill(factories.edition_of(world.dc36, by=hub), by=hub)
    factories.commit(edition, world.dws, by=hub)
    factories.answer_all(edition, world.dws, hub=hub, signatory=signatory)
    factories.pass_gates(edition, by=hub)
    copy = freeze_copy(edition, revision=Edition.objects.get(pk=edition.pk).revision, by=hub)
    sign_commitments(world.dws, copy_hash=copy.sha256, by=signatory)
    made = factories.committees(world.dc36, by=hub)
    factories.resolve(made["technical"], "submit", copy, by=hub)
    factories.resolve(made["political"], "approve", copy, by=hub)
    adoption = adopt_edition(edition, by=hub)
    return Published(Edition.objects.select_related("plan__space__province").get(pk=edition.pk), adoption, world)


kept_published = kept_fixture(publish)


@pytest.fixture
def published(kept_published: Kept[Published], world: World, tmp_path: Path) -> Published:
    """Waterberg's first edition, sealed."""
    return kept_published.lend(world, tmp_path)
