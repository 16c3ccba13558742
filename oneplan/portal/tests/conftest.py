"""A sealed plan of Waterberg, and a data folder for each test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oneplan.commitments.actions import sign_commitments
from oneplan.joint_planning.actions import adopt_edition, freeze_copy
from oneplan.joint_planning.models import Adoption
from oneplan.joint_planning.tests import factories
from oneplan.plans.models import Edition
from tests.kept import Kept, kept_fixture
from tests.world import World


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    """Keys and documents of a test lie in its own folder."""
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "documents"


@dataclass
class Adopted:
    """A plan that was adopted, and the world it was made in."""

    edition: Edition
    adoption: Adoption
    ref: str
    world: World


def adopt(world: World) -> Adopted:
    """Waterberg's first edition, from its first finding to its seal, through the rooms' own actions."""
    hub, signatory = world.hub36, world.sipho
    edition = factories.fill(factories.edition_of(world.dc36, by=hub), by=hub)
    commitment = factories.commit(edition, world.dws, by=hub)
    factories.answer_all(edition, world.dws, hub=hub, signatory=signatory)
    factories.pass_gates(edition, by=hub)
    copy = freeze_copy(edition, revision=Edition.objects.get(pk=edition.pk).revision, by=hub)
    sign_commitments(world.dws, copy_hash=copy.sha256, by=signatory)
    made = factories.committees(world.dc36, by=hub)
    factories.resolve(made["technical"], "submit", copy, by=hub)
    factories.resolve(made["political"], "approve", copy, by=hub)
    return Adopted(edition, adopt_edition(edition, by=hub), commitment.ref, world)


kept_adopted = kept_fixture(adopt)


@pytest.fixture
def adopted(kept_adopted: Kept[Adopted], world: World, tmp_path: Path) -> Adopted:
    """Waterberg's first edition, sealed."""
    return kept_adopted.lend(world, tmp_path)
