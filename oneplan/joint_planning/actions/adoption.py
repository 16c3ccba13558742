"""Freezing the signing copy, withdrawing it, and adopting: one act that seals everything."""

import io
import json

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments.actions import void_signatures
from oneplan.committees.actions import void_resolutions
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning import queries, rules
from oneplan.joint_planning.actions.stages import close_stage
from oneplan.joint_planning.assembly import boundary_release, sealed_content, signing_content
from oneplan.joint_planning.canonical import canonical_bytes, plain, sha256
from oneplan.joint_planning.choices import Event
from oneplan.joint_planning.gates import gate_report, gather, judge
from oneplan.joint_planning.models import Adoption, SigningCopy, StageProgress
from oneplan.joint_planning.seal import current_key, make_bundle, verify_bundle
from oneplan.periods import clock
from oneplan.plans import actions as plans
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition
from oneplan.plans.rules import check_reason, check_revision
from oneplan.platform.audit import head, record, seal_log
from oneplan.platform.documents import Classification, store
from oneplan.platform.errors import RuleBroken


def _locked(edition: Edition) -> Edition:
    return Edition.objects.select_for_update(of=("self",)).select_related("plan__space__province").get(pk=edition.pk)


@transaction.atomic
def freeze_copy(edition: Edition, *, revision: int, by: Actor) -> SigningCopy:
    """Freeze the edition as a signing copy and show its hash. Everything that follows cites it; any change voids that.

    Refused while a gate before adoption is not passed, or what it asked for is gone.
    """
    check(by, Permission.EDITION_FREEZE, edition)
    edition = _locked(edition)
    check_revision(edition, revision)
    rules.check_can_freeze(edition, gate_report(edition))
    number = SigningCopy.objects.filter(edition=edition).count() + 1
    release = boundary_release()
    content = canonical_bytes(signing_content(edition, copy_number=number, release=release))
    copy = SigningCopy.objects.create(
        edition=edition, number=number, sha256=sha256(content), content=content, frozen_at=clock.now()
    )
    plans.freeze_edition(edition, copy_hash=copy.sha256, boundary_release=release, by=by, revision=revision)
    record(Event.COPY_FROZEN, edition, by=by, copy_number=number, sha256=copy.sha256, bytes=len(content))
    return copy


@transaction.atomic
def withdraw_copy(edition: Edition, *, reason: str, by: Actor) -> SigningCopy:
    """Withdraw the signing copy: signatures and resolutions that cite it fall, and the edition is written again."""
    check(by, Permission.EDITION_FREEZE, edition)
    edition = _locked(edition)
    copy = queries.standing_copy(edition)
    if copy is None or edition.state != EditionState.FROZEN:
        raise RuleBroken(_("There is no signing copy to withdraw."))
    check_reason(reason)
    signatures = void_signatures(copy.sha256, by=by, reason=reason)
    resolutions = void_resolutions(copy.sha256, space=edition.plan.space, by=by, reason=reason)
    plans.reopen_edition(edition, by=by, reason=reason)
    copy.withdrawn_at, copy.withdraw_reason = clock.now(), reason.strip()
    copy.save(update_fields=["withdrawn_at", "withdraw_reason"])
    record(
        Event.COPY_WITHDRAWN, edition, by=by, reason=reason, copy_number=copy.number, sha256=copy.sha256,
        signatures=signatures, resolutions=resolutions,
    )  # fmt: skip
    return copy


@transaction.atomic
def adopt_edition(edition: Edition, *, by: Actor) -> Adoption:
    """Adopt and seal. One transaction: the copy stands, both committees resolved about it with quorum, the gates are
    passed or excepted; the edition before is superseded; the log's head is taken; the bundle is signed, checked and
    stored.

    Parties that have not signed are printed as outstanding where the rule set lets adoption proceed, and stop it
    where not.
    """
    check(by, Permission.EDITION_ADOPT, edition)
    edition = _locked(edition)
    copy = rules.check_copy_stands(edition, queries.standing_copy(edition))
    evidence = gather(edition)
    report = judge(evidence)
    submitted, approved = rules.check_can_adopt(
        report, copy, *queries.copy_resolutions(edition, copy.sha256, ruleset(edition.ruleset))
    )
    _pass_adoption_gate(edition, [each.gate.code for each in report.stage(rules.ADOPTION).excepted], by=by)
    previous = queries.latest_adoption(edition.space_id)
    plans.adopt_edition(edition, by=by)
    seal_log()
    evidence = gather(edition)
    content = sealed_content(
        evidence, copy, json.loads(bytes(copy.content)), resolutions=[submitted, approved], adopted_on=clock.today(),
        sealed_at=clock.now(), previous_hash=previous.content_hash if previous else "", log_head=head(),
    )  # fmt: skip
    rules.check_terms_are_those_of_the_copy(content)
    return _seal(edition, copy, plain(content), (submitted.pk, approved.pk), by=by)


def _pass_adoption_gate(edition: Edition, excepted: list[str], *, by: Actor) -> None:
    progress, _made = StageProgress.objects.get_or_create(edition=edition, stage=rules.ADOPTION)
    progress.edition = edition
    close_stage(progress, excepted, by=by)
    following = StageProgress.objects.filter(edition=edition, stage=rules.IMPLEMENTATION)
    months = ruleset(edition.ruleset).clock("next_review").months
    following.update(
        starts_on=clock.today(), due_on=clock.add_months(clock.today(), months), revision=F("revision") + 1
    )


def _seal(edition: Edition, copy: SigningCopy, content: dict, resolutions: tuple[int, int], *, by: Actor) -> Adoption:  # type: ignore[type-arg]
    key, seal = current_key(), content["seal"]
    bundle = make_bundle(content, previous_hash=seal["previous_hash"], key=key)
    verdict = verify_bundle(bundle, {key.key_id})
    if not verdict.is_valid:
        raise RuntimeError(f"The seal of {edition} does not verify: {verdict.sentence}")
    name = f"one-plan-{edition.space_id}-edition-{edition.number}.json"
    document = store(
        io.BytesIO(bundle), name=name, media_type="application/json", by=by, classification=Classification.PUBLIC
    )
    adoption = Adoption.objects.create(
        edition=edition, copy=copy, submitted_id=resolutions[0], approved_id=resolutions[1],
        outstanding=content["outstanding"], content_hash=verdict.content_sha256, previous_hash=seal["previous_hash"],
        key_id=key.key_id, signature=json.loads(bundle)["signature"], bundle=document, log_head=seal["log_head"],
        adopted_at=clock.now(),
    )  # fmt: skip
    record(
        Event.EDITION_SEALED, edition, by=by, content_sha256=adoption.content_hash, key_id=key.key_id,
        previous_hash=adoption.previous_hash, bundle_sha256=document.sha256, outstanding=len(adoption.outstanding),
    )  # fmt: skip
    return adoption
