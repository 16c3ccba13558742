"""The large sample: mixed, consistent in itself, the same each time, and never beside real plans."""

import pytest

from oneplan.access.actors import system
from oneplan.commitments.models import Commitment, Party, Pledge, Share, Signature
from oneplan.commitments.terms import pledge_digest, terms_digest
from oneplan.demo.scale import SCALES, Scale, check_can_fill, fill, sizes, write
from oneplan.joint_planning.actions import start_planning
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.models import Contribution
from oneplan.plans.models import Edition, OnePlan
from oneplan.platform.errors import RuleBroken
from oneplan.platform.models import LogEntry
from oneplan.spaces.models import Space

pytestmark = pytest.mark.django_db
FEW = {"DC36": 60, "DC15": 50, "ETH": 40, "DC1": 30, "JHB": 90}


@pytest.fixture
def filled(db):
    return list(write(FEW))


def test_each_scale_adds_up():
    codes = [f"S{number}" for number in range(52)]
    for scale in SCALES.values():
        given = sizes(codes[: scale.spaces], scale)
        assert (sum(given.values()), max(given.values())) == (scale.commitments, scale.largest)
    assert sum(sizes(codes[:3], Scale(52, 60_000, 1_500)).values()) == 60_000


def test_it_writes_what_was_asked_for_and_tells_so(filled):
    assert len(filled) == 5
    for code, count in FEW.items():
        assert Commitment.objects.filter(home_space=code).count() == count
    entry = LogEntry.objects.get(subject="sample:scale")
    assert entry.facts["proposed"] == sum(FEW.values())
    assert len(entry.facts["sha256"]) == 64


def test_states_are_mixed_and_everything_is_a_sample(filled):
    assert {"proposed", "agreed", "signed", "delivered", "withdrawn"} == set(
        Commitment.objects.order_by().values_list("state", flat=True)
    )
    assert not Commitment.objects.filter(is_sample=False).exists()
    assert not OnePlan.objects.filter(is_sample=False).exists()
    assert {"contributed", "asked"} <= set(Contribution.objects.order_by().values_list("state", flat=True))
    assert not Commitment.objects.filter(shares=None).exists()


def test_what_was_agreed_is_what_is_written(filled):
    for commitment in Commitment.objects.filter(state__in=["agreed", "signed"])[:20]:
        now = terms_digest(commitment)
        assert set(commitment.parties.values_list("agreed_digest", flat=True)) == {now}
    for pledge in Pledge.objects.filter(acceptance="accepted").select_related("party__commitment", "evidence")[:20]:
        assert pledge.accepted_digest == pledge_digest(pledge)
    signed = Commitment.objects.filter(state="signed").count()
    assert signed and not Party.objects.filter(commitment__state="signed", signatures=None).exists()
    assert not Signature.objects.exclude(party__commitment__state__in=["signed", "delivered"]).exists()


def test_a_share_elsewhere_sums_to_one(db):
    list(write({"DC35": 300}))
    shared = Share.objects.filter(commitment__home_space="DC35").exclude(space="DC35")
    assert shared.exists()
    for share in shared.select_related("commitment"):
        assert sum(each.fraction for each in share.commitment.shares.all()) == 1


def test_its_gates_can_be_read(filled):
    for edition in Edition.objects.all():
        assert gate_report(edition).current is not None


def test_the_same_seed_writes_the_same(db):
    list(write({"DC36": 30}))
    first = LogEntry.objects.get(subject="sample:scale")
    Pledge.objects.all().delete()
    for model in (Signature, Party, Share):
        model.objects.all().delete()
    for commitment in Commitment.objects.all():
        commitment.services.all().delete()
        commitment.delete()
    list(write({"DC36": 30}))
    last = LogEntry.objects.filter(subject="sample:scale").latest("pk")
    assert first.facts["sha256"] == last.facts["sha256"]


def test_it_is_written_once(filled):
    with pytest.raises(RuleBroken, match="already"):
        check_can_fill()


def test_it_refuses_beside_a_real_plan():
    space = Space.objects.get(code="DC36")
    start_planning(space, ruleset="framework_2020", start_year=2026, by=system("tests"))
    with pytest.raises(RuleBroken, match="real plans"):
        list(fill(SCALES[1]))
    assert not Commitment.objects.exists()
