"""An edition of Waterberg that meets every gate before adoption, and the people who made it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oneplan.access.actors import Actor
from oneplan.commitments.actions import sign_commitments
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution
from oneplan.joint_planning.actions import freeze_copy
from oneplan.joint_planning.models import SigningCopy
from oneplan.joint_planning.tests import factories
from oneplan.plans.models import Edition
from tests.kept import Kept, kept_fixture
from tests.world import World


@dataclass
class Made:
    """What a test starts from."""

    edition: Edition
    commitment: Commitment
    lead: Institution
    hub: Actor
    signatory: Actor

    def again(self) -> Edition:
        """The edition as it is stored now."""
        return Edition.objects.select_related("plan__space__province").get(pk=self.edition.pk)

    def freeze(self) -> SigningCopy:
        factories.pass_gates(self.again(), by=self.hub)
        return freeze_copy(self.edition, revision=self.again().revision, by=self.hub)

    def sign_and_resolve(self, copy: SigningCopy) -> None:
        sign_commitments(self.lead, copy_hash=copy.sha256, by=self.signatory)
        made = factories.committees(self.edition.plan.space, by=self.hub)
        factories.resolve(made["technical"], "submit", copy, by=self.hub)
        factories.resolve(made["political"], "approve", copy, by=self.hub)


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    """Keys and documents of a test lie in its own folder."""
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "documents"


def make_whole(world: World) -> Made:
    """An edition that lacks nothing before adoption."""
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    commitment = factories.commit(edition, world.dws, by=world.hub36)
    factories.answer_all(edition, world.dws, hub=world.hub36, signatory=world.sipho)
    return Made(edition, commitment, world.dws, world.hub36, world.sipho)


kept_whole = kept_fixture(make_whole)


@pytest.fixture
def whole(kept_whole: Kept[Made], world: World, tmp_path: Path) -> Made:
    """An edition that lacks nothing before adoption."""
    return kept_whole.lend(world, tmp_path)
