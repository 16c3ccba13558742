"""The interface to joint planning: the participation ledger, the gates, and the verification of sealed plans."""

from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router
from pydantic import StringConstraints

from oneplan.access.bearers import OPEN, SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.joint_planning import actions
from oneplan.joint_planning.gates import GateReport, gate_report
from oneplan.joint_planning.models import Contribution
from oneplan.joint_planning.queries import contributions_visible_to
from oneplan.joint_planning.seal import Verdict, trusted_keys, verify_bundle
from oneplan.periods import clock
from oneplan.plans.api.writing import EDITION, MOST_NUMBER, edition_for
from oneplan.plans.models import Edition
from oneplan.plans.queries import readable_spaces
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import TEXT, Code, Named, Shown, Taken
from oneplan.platform.rest.tags import expecting, tag_of

router = Router(tags=["Joint planning"], auth=SIGNED_IN)
PARTICIPATION = EDITION + "/participation"
ASKED = PARTICIPATION + "/{stage}/{institution}"
ASKS_TAG: dict[str, Any] = {"x-etag-of": f"/api/v1{ASKED}"}
LARGEST_BUNDLE = 25 * 1024 * 1024


# --- participation ---------------------------------------------------------------------------------------------------


class ContributionShown(Shown):
    """What one party was asked for in one stage, and what it answered."""

    stage: str
    institution: Named
    state: str = Field(description="asked, opened, contributed, declined; silent: asked, and the day is past.")
    is_sample: bool
    request: str
    asked_at: datetime
    due_on: date
    answered_at: datetime | None
    answered_by: str
    answer: str
    document_sha256: str | None
    revision: int


class ContributionFilter(Paging):
    stage: Code | None = Field(None, description="The code of a stage, such as diagnostic.")
    institution: Code | None = None


_Answer = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=TEXT)]


class ContributeTaken(Taken):
    """What the institution contributes."""

    answer: _Answer


class DeclineTaken(Taken):
    """Why the institution does not contribute."""

    reason: _Answer


def _contribution(row: Contribution) -> ContributionShown:
    return ContributionShown(
        stage=row.stage, institution=Named(code=row.institution_id, name=row.institution.name),
        state=row.state_on(clock.today()), is_sample=row.edition.is_sample, request=row.request,
        asked_at=row.asked_at, due_on=row.due_on, answered_at=row.answered_at, answered_by=row.answered_by,
        answer=row.answer, document_sha256=row.document.sha256 if row.document else None, revision=row.revision,
    )  # fmt: skip


def _readable(request: ActorHttpRequest, code: str, number: int) -> Edition:
    """The edition, where the caller may read its drafts; what was sealed of it stands in its content."""
    edition = edition_for(request, code, number)
    if not readable_spaces(request.actor).filter(pk=code).exists():
        raise Http404
    return edition


@router.get(PARTICIPATION, response=Listed[ContributionShown], summary="The participation ledger of an edition")
def list_participation(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, asked: Query[ContributionFilter]
) -> dict[str, Any]:
    """Who was asked for what, and what came of it."""
    edition = _readable(request, code, number)
    rows = contributions_visible_to(request.actor).filter(edition=edition).order_by("stage", "institution_id")
    rows = rows.filter(stage=asked.stage) if asked.stage else rows
    rows = rows.filter(institution_id=asked.institution) if asked.institution else rows
    return paged(request, response, rows, asked, _contribution)


def _find(request: ActorHttpRequest, code: str, number: int, stage: str, institution: str) -> Contribution:
    if number > MOST_NUMBER:
        raise Http404
    return get_object_or_404(
        contributions_visible_to(request.actor),
        edition__plan=code, edition__number=number, stage=stage, institution=institution,
    )  # fmt: skip


@router.get(ASKED, response=ContributionShown, summary="What one party was asked for")
def read_participation(
    request: ActorHttpRequest, code: Code, number: Count, stage: Code, institution: Code
) -> ContributionShown:
    """One request with its answer."""
    return _contribution(_find(request, code, number, stage, institution))


@router.post(ASKED + "/contribute", response=ContributionShown, openapi_extra=ASKS_TAG, summary="Contribute")
def contribute(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, stage: Code, institution: Code,
    taken: ContributeTaken,
) -> Any:  # fmt: skip
    """Say what the institution contributes to this stage."""
    row = _find(request, code, number, stage, institution)
    with expecting(request, lambda: _contribution(_find(request, code, number, stage, institution))):
        actions.contribute(row, answer=taken.answer, by=request.actor, revision=row.revision)
    return _answer(request, response, code, number, stage, institution)


@router.post(ASKED + "/decline", response=ContributionShown, openapi_extra=ASKS_TAG, summary="Decline to contribute")
def decline_contribution(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, stage: Code, institution: Code,
    taken: DeclineTaken,
) -> Any:  # fmt: skip
    """Say why the institution does not contribute to this stage."""
    row = _find(request, code, number, stage, institution)
    with expecting(request, lambda: _contribution(_find(request, code, number, stage, institution))):
        actions.decline_contribution(row, reason=taken.reason, by=request.actor, revision=row.revision)
    return _answer(request, response, code, number, stage, institution)


def _answer(
    request: ActorHttpRequest, response: HttpResponse, code: str, number: int, stage: str, institution: str
) -> ContributionShown:
    shown = _contribution(_find(request, code, number, stage, institution))
    response["ETag"] = tag_of(shown)
    return shown


# --- gates -----------------------------------------------------------------------------------------------------------


class OwedShown(Shown):
    """Which post of which institution owes it."""

    post: str
    institution: str
    institution_code: str


class MissingShown(Shown):
    """One thing that is missing; an empty reference means the plan itself."""

    ref: str
    sentence: str
    owed: OwedShown


class RuleShown(Shown):
    """One rule of a gate."""

    code: str
    label: str
    state: str = Field(description="passed, exception, or missing.")
    missing: list[MissingShown]
    exception: str | None = Field(description="The reason of the exception that stands, if any.")


class StageShown(Shown):
    """The gate of one stage."""

    code: str
    number: int
    label: str
    is_passed: bool = Field(description="Whether somebody passed it.")
    lets_pass: bool = Field(description="Whether it could be passed as things stand.")
    rules: list[RuleShown]


class GatesShown(Shown):
    """All gates of an edition, judged now."""

    space: str
    edition: int
    is_sample: bool
    current_stage: str | None
    stages: list[StageShown]


def _gates(report: GateReport) -> GatesShown:
    stages = [
        StageShown(
            code=each.stage.code, number=each.stage.number, label=each.stage.label, is_passed=each.is_passed,
            lets_pass=each.lets_pass,
            rules=[
                RuleShown(
                    code=rule.gate.code, label=rule.gate.label, state=rule.state,
                    missing=[
                        MissingShown(
                            ref=one.ref, sentence=one.sentence,
                            owed=OwedShown(
                                post=one.owed.post, institution=one.owed.institution,
                                institution_code=one.owed.institution_code,
                            ),
                        )
                        for one in rule.missing
                    ],
                    exception=rule.exception.reason if rule.exception else None,
                )
                for rule in each.rules
            ],
        )
        for each in report.stages
    ]  # fmt: skip
    current = report.current
    return GatesShown(
        space=report.edition.space_id, edition=report.edition.number, is_sample=report.edition.is_sample,
        current_stage=current.stage.code if current else None, stages=stages,
    )  # fmt: skip


@router.get(EDITION + "/gates", response=GatesShown, summary="What the gates still miss, and who owes it")
def read_gates(request: ActorHttpRequest, code: Code, number: Count) -> GatesShown:
    """Every rule of every gate of an edition, judged now."""
    return _gates(gate_report(_readable(request, code, number)))


# --- verification ----------------------------------------------------------------------------------------------------


class CheckShown(Shown):
    """One thing that was looked at, and whether it holds."""

    label: str
    holds: bool


class VerdictShown(Shown):
    """What verification found."""

    is_valid: bool
    is_intact: bool
    is_trusted: bool | None
    sentence: str
    content_sha256: str
    previous_hash: str
    key_id: str
    checks: list[CheckShown]


_BUNDLE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"title": "Bundle", "description": "A sealed plan; anything else is judged as none."}
            }
        },
        "description": "The bundle as it was issued, byte for byte.",
    }
}


@router.post("/verify", auth=OPEN, response=VerdictShown, openapi_extra=_BUNDLE, summary="Verify a sealed plan")
def verify(request: ActorHttpRequest) -> VerdictShown:
    """Judge a bundle against the keys of this installation. Nothing that is sent is kept."""
    verdict: Verdict = verify_bundle(_whole_body(request), trusted_keys())
    return VerdictShown(
        is_valid=verdict.is_valid, is_intact=verdict.is_intact, is_trusted=verdict.is_trusted,
        sentence=verdict.sentence, content_sha256=verdict.content_sha256, previous_hash=verdict.previous_hash,
        key_id=verdict.key_id, checks=[CheckShown(label=each.label, holds=each.holds) for each in verdict.checks],
    )  # fmt: skip


def _whole_body(request: HttpRequest) -> bytes:
    """The bytes sent, up to the most that a bundle may have. Raises RequestDataTooBig."""
    body = request.read(LARGEST_BUNDLE + 1)
    if len(body) > LARGEST_BUNDLE:
        raise RequestDataTooBig(f"A bundle has at most {LARGEST_BUNDLE} bytes.")
    return body
