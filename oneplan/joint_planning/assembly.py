"""The One Plan document, put together: the content of a signing copy, and the sealed content that stands around it.

Lower rooms give their parts (`plans.exports`, `commitments.exports`); here they become one document. Names, labels
and the boundary version are copied in, so that no later change of a register can change a sealed page.
"""

from datetime import date, datetime
from typing import Any

from oneplan.commitments import exports as commitments
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import in_space
from oneplan.committees.models import Resolution
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning.choices import ContributionState
from oneplan.joint_planning.gates import Evidence
from oneplan.joint_planning.gates.adoption import unsigned_parties
from oneplan.joint_planning.models import Contribution, GateException, SigningCopy, StageProgress
from oneplan.plans.exports import plan_content
from oneplan.plans.models import Edition
from oneplan.spaces.choices import Level
from oneplan.spaces.models import BoundaryRelease
from oneplan.spaces.queries import releases_in_force

COPY_FORMAT = "oneplan-signing-copy-1"
SEALED_FORMAT = "oneplan-sealed-edition-1"
DRAFT_FORMAT = "oneplan-draft-1"
_FINEST_FIRST = (Level.MUNICIPAL_AREA, Level.SPACE, Level.WARD, Level.PROVINCE)

Json = dict[str, Any]


def boundary_release() -> BoundaryRelease | None:
    """The boundaries that places are read against today: of municipal areas, else the next level there is."""
    releases = {release.level: release for release in releases_in_force()}
    return next((releases[level] for level in _FINEST_FIRST if level in releases), None)


def signing_content(edition: Edition, *, copy_number: int, release: BoundaryRelease | None) -> Json:
    """What the parties sign: the plan, the terms of its commitments, the rule set, the boundaries. No answers yet."""
    rules, space = ruleset(edition.ruleset), edition.plan.space
    delivered = _delivered_before(edition)
    return {
        "format": COPY_FORMAT,
        "copy_number": copy_number,
        "is_sample": edition.is_sample,
        "rule_set": {"code": rules.code, "label": rules.label, "title": rules.title, "reference": rules.reference},
        "boundaries": _boundaries(release),
        "plan": plan_content(edition),
        "commitments": [each for each in commitments.commitment_content(space) if each["ref"] not in delivered],
        "delivered_before": [
            {"ref": ref, "title": title, "delivered_on": on} for ref, (title, on) in sorted(delivered.items())
        ],
    }


def _delivered_before(edition: Edition) -> dict[str, tuple[str, date | None]]:
    """Commitments delivered before this edition was opened: told, no longer promised."""
    rows = Commitment.objects.filter(
        in_space(edition.space_id), state=CommitmentState.DELIVERED, delivered_on__lt=edition.opened_on
    )
    return {ref: (title, on) for ref, title, on in rows.values_list("ref", "title", "delivered_on")}


def _boundaries(release: BoundaryRelease | None) -> Json | None:
    if release is None:
        return None
    return {
        "name": release.name,
        "level": release.level,
        "quality": release.quality,
        "as_at": release.as_at,
        "source": release.source,
        "file_sha256": release.file_sha256,
    }


def sealed_content(
    evidence: Evidence,
    copy: SigningCopy,
    copy_content: Json,
    *,
    resolutions: list[Resolution],
    adopted_on: date,
    sealed_at: datetime,
    previous_hash: str,
    log_head: str,
) -> Json:
    """The copy as it was signed, and what stands around it: answers, resolutions, exceptions, who is outstanding."""
    return {
        "format": SEALED_FORMAT,
        **_around(evidence, copy_content, copy.sha256, resolutions),
        "edition": _edition(evidence.edition, adopted_on),
        "frozen_at": copy.frozen_at,
        "seal": {"sealed_at": sealed_at, "previous_hash": previous_hash, "log_head": log_head},
    }


def draft_content(evidence: Evidence, copy: SigningCopy | None, copy_content: Json) -> Json:
    """What is not sealed in the form of what is: the standing copy with the answers so far, else the words of today.

    Its `format` says that it is a draft; it carries no seal.
    """
    sha = copy.sha256 if copy else ""
    return {
        "format": DRAFT_FORMAT,
        **_around(
            evidence, copy_content, sha, [each for each in evidence.resolutions if sha and each.copy_hash == sha]
        ),
        "edition": _edition(evidence.edition, None),
        "frozen_at": copy.frozen_at if copy else None,
        "seal": None,
    }


def _edition(edition: Edition, adopted_on: date | None) -> Json:
    return {"number": edition.number, "opened_on": edition.opened_on, "adopted_on": adopted_on}


def _around(evidence: Evidence, copy_content: Json, copy_sha256: str, resolutions: list[Resolution]) -> Json:
    """The copy, and what stands around it on the day it is asked."""
    edition = evidence.edition
    space = edition.plan.space
    in_copy = {each["ref"] for each in copy_content["commitments"]}
    return {
        "is_sample": edition.is_sample,
        "space": {"code": space.code, "name": space.name},
        "copy": copy_content,
        "copy_sha256": copy_sha256,
        "standing": [each for each in commitments.standing(space, copy_sha256) if each["ref"] in in_copy],
        "outstanding": outstanding(evidence, in_copy),
        "outstanding_rule": evidence.rules.adoption.sentence,
        "resolutions": [resolution_content(each) for each in resolutions],
        "exceptions": [_exception(each, evidence) for each in evidence.exceptions],
        "participation": [_contribution(each, evidence.today) for each in _in_order(evidence)],
        "stages": [
            _stage(stage.code, stage.number, stage.label, evidence.stages.get(stage.code))
            for stage in evidence.rules.stages
        ],
    }


def outstanding(evidence: Evidence, in_copy: set[str]) -> list[Json]:
    """The parties that have not signed what the copy says of them, with the commitments that wait for their name."""
    waiting = [(institution, sorted(in_copy & set(refs))) for institution, refs in unsigned_parties(evidence).values()]
    return [{"institution": each.pk, "name": each.name, "commitments": refs} for each, refs in waiting if refs]


def resolution_content(resolution: Resolution) -> Json:
    """A resolution with who was present, as it was recorded."""
    return {
        "committee": {"kind": resolution.committee.kind, "name": resolution.committee.name},
        "number": resolution.number,
        "held_on": resolution.held_on,
        "decision": {"code": resolution.decision, "label": resolution.get_decision_display()},
        "text": resolution.text,
        "copy_sha256": resolution.copy_hash,
        "method": resolution.method,
        "votes": {"for": resolution.votes_for, "against": resolution.votes_against, "abstained": resolution.abstained},
        "dissent": resolution.dissent,
        "seats": {
            "total": resolution.seats_total,
            "present": resolution.seats_present,
            "quorum": resolution.quorum_needed,
        },
        "present": [
            {
                "post": each.seat.post.title,
                "institution": each.seat.post.institution.name,
                "capacity": each.seat.capacity,
                "held_by": each.held_by,
                "represented_by": each.represented_by,
            }
            for each in sorted(resolution.attendance.all(), key=lambda row: row.seat.post.code)
        ],
        "minutes_sha256": resolution.minutes.sha256 if resolution.minutes else None,
    }


def _exception(exception: GateException, evidence: Evidence) -> Json:
    """An exception with the post of who granted it, else with the office that may; the name stays in the log."""
    office = evidence.owner(exception.granted_post)
    return {
        "stage": exception.stage,
        "rule": exception.rule,
        "reason": exception.reason,
        "missing": exception.missing,
        "granted_by": str(office),
        "granted_at": exception.granted_at,
    }


def _in_order(evidence: Evidence) -> list[Contribution]:
    number = {stage.code: stage.number for stage in evidence.rules.stages}
    return sorted(evidence.contributions, key=lambda each: (number[each.stage], each.institution_id))


def _contribution(contribution: Contribution, today: date) -> Json:
    """That a party was asked and how it answered; the words only of a refusal (ADR 0006)."""
    has_declined = contribution.state == ContributionState.DECLINED
    return {
        "stage": contribution.stage,
        "institution": contribution.institution_id,
        "name": contribution.institution.name,
        "state": contribution.state_on(today),
        "asked_at": contribution.asked_at,
        "due_on": contribution.due_on,
        "answered_at": contribution.answered_at,
        "answered_post": contribution.answered_post.title if contribution.answered_post else "",
        "reason": contribution.answer if has_declined else "",
        "document_sha256": contribution.document.sha256 if contribution.document else None,
    }


def _stage(code: str, number: int, label: str, progress: StageProgress | None) -> Json:
    return {
        "code": code,
        "number": number,
        "label": label,
        "state": progress.state if progress else "not_started",
        "due_on": progress.due_on if progress else None,
        "passed_at": progress.passed_at if progress else None,
    }
