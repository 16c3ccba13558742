"""Starting an edition, dating its stages, passing gates, excepting what is missing."""

from datetime import date

from django.db import transaction
from django.db.models import F

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.frameworks.queries import ruleset as rule_set
from oneplan.joint_planning import queries, rules
from oneplan.joint_planning.choices import Event, StageState
from oneplan.joint_planning.clocks import stage_dates
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.models import GateException, StageProgress
from oneplan.periods import clock
from oneplan.plans import actions as plans
from oneplan.plans.models import Edition
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision
from oneplan.spaces.models import Space


@transaction.atomic
def start_planning(
    space: Space,
    *,
    ruleset: str,
    start_year: int,
    by: Actor,
    horizon_years: int = 30,
    opened_on: date | None = None,
    is_sample: bool = False,
) -> Edition:
    """Open the next edition and date its stages after the rule set's clock. Stage 1 becomes the current one.

    With an edition in force this is the annual review: its content is carried forward, and commitments that are not
    delivered stay promised. Raises RuleBroken (one is in progress), NotAllowed.
    """
    check(by, Permission.EDITION_OPEN, space)
    edition = plans.open_edition(
        space, ruleset=ruleset, start_year=start_year, by=by, horizon_years=horizon_years,
        opened_on=opened_on, is_sample=is_sample,
    )  # fmt: skip
    template, review = rule_set(ruleset), queries.is_review(edition)
    dates = stage_dates(template, edition.opened_on, is_review=review)
    StageProgress.objects.bulk_create(
        StageProgress(
            edition=edition,
            stage=stage.code,
            state=StageState.CURRENT if stage.number == 1 else StageState.NOT_STARTED,
            starts_on=dates[stage.code][0] if stage.code in dates else None,
            due_on=dates[stage.code][1] if stage.code in dates else None,
        )
        for stage in template.stages
    )
    record(
        Event.PLANNING_STARTED, edition, by=by, is_review=review, due_on={code: due for code, (_, due) in dates.items()}
    )
    return edition


def _progress(edition: Edition, stage: str) -> StageProgress:
    """The row of a stage, locked; made where an edition came without it."""
    rules.check_stage(rule_set(edition.ruleset), stage)
    StageProgress.objects.get_or_create(edition=edition, stage=stage)
    row = StageProgress.objects.select_for_update().get(edition=edition, stage=stage)
    row.edition = edition
    return row


def _locked(edition: Edition) -> Edition:
    return Edition.objects.select_for_update(of=("self",)).select_related("plan__space__province").get(pk=edition.pk)


@transaction.atomic
def schedule_stage(
    edition: Edition, stage: str, *, starts_on: date | None, due_on: date | None, revision: int, by: Actor
) -> StageProgress:
    """Set the dates of a stage. Raises StaleRevision where somebody set them meanwhile."""
    check(by, Permission.GATE_PASS, edition)
    row = _progress(_locked(edition), stage)
    if row.revision != revision:
        raise StaleRevision(current=row)
    rules.check_can_schedule(row.edition, starts_on, due_on)
    before = {"starts_on": row.starts_on, "due_on": row.due_on}
    row.starts_on, row.due_on, row.revision = starts_on, due_on, row.revision + 1
    row.save()
    record(Event.STAGE_SCHEDULED, row, by=by, before=before, after={"starts_on": starts_on, "due_on": due_on})
    return row


@transaction.atomic
def pass_gate(edition: Edition, stage: str, *, by: Actor) -> StageProgress:
    """Pass the gate of the current stage. Refused with what is missing, unless an exception stands for it."""
    check(by, Permission.GATE_PASS, edition)
    edition = _locked(edition)
    row = _progress(edition, stage)
    report = gate_report(edition)
    rules.check_can_pass(edition, report, stage)
    judged = report.stage(stage)
    close_stage(row, [each.gate.code for each in judged.excepted], by=by)
    return row


def close_stage(row: StageProgress, excepted: list[str], *, by: Actor) -> None:
    """Mark a locked stage as passed and the one after it as current."""
    before = row.state
    row.state = StageState.PASSED_WITH_EXCEPTIONS if excepted else StageState.PASSED
    row.passed_at, row.passed_by, row.revision = clock.now(), by.name, row.revision + 1
    row.save()
    record(Event.GATE_PASSED, row, by=by, before={"state": before}, after={"state": row.state}, excepted=excepted)
    following = rule_set(row.edition.ruleset).stage_after(row.stage)
    if following is not None:
        after = _progress(row.edition, following.code)
        if after.state == StageState.NOT_STARTED:
            after.state, after.revision = StageState.CURRENT, after.revision + 1
            after.save()


@transaction.atomic
def reopen_stage(edition: Edition, stage: str, *, reason: str, by: Actor) -> StageProgress:
    """Open a passed stage again. The gates of later stages rested on it and must be passed anew."""
    check(by, Permission.GATE_PASS, edition)
    edition = _locked(edition)
    row = _progress(edition, stage)
    rules.check_can_reopen(edition, row)
    rules.check_reason(reason)
    template = rule_set(edition.ruleset)
    later = [each.code for each in template.stages if each.number > template.stage(stage).number]
    before, row.state = row.state, StageState.CURRENT
    row.passed_at, row.passed_by, row.revision = None, "", row.revision + 1
    row.save()
    fallen = StageProgress.objects.filter(edition=edition, stage__in=later).exclude(state=StageState.NOT_STARTED)
    codes = sorted(fallen.values_list("stage", flat=True))
    fallen.update(state=StageState.NOT_STARTED, passed_at=None, passed_by="", revision=F("revision") + 1)
    record(
        Event.GATE_REOPENED,
        row,
        by=by,
        reason=reason,
        before={"state": before},
        after={"state": row.state},
        also_open=codes,
    )
    return row


@transaction.atomic
def grant_exception(edition: Edition, stage: str, rule: str, *, reason: str, by: Actor) -> GateException:
    """Let a gate pass although a rule is not met, in one's own name and with a reason.

    It is shown beside the gate; the sealed plan prints it with the post and with what was missing that day (ADR 0006).
    """
    check(by, Permission.GATE_EXCEPT, edition)
    edition = _locked(edition)
    _progress(edition, stage)
    judged = gate_report(edition).stage(stage)
    rules.check_can_except(edition, judged, rule)
    rules.check_reason(reason)
    missing = next(each.missing for each in judged.rules if each.gate.code == rule)
    exception = GateException.objects.create(
        edition=edition, stage=stage, rule=rule, reason=reason.strip(), missing=[each.sentence for each in missing],
        granted_at=clock.now(), granted_by=by.user, granted_by_name=by.name,
        granted_post=queries.post_in_space(by, edition.plan.space),
    )  # fmt: skip
    record(Event.EXCEPTION_GRANTED, exception, by=by, reason=reason, stage=stage, rule=rule, missing=len(missing))
    return exception


@transaction.atomic
def withdraw_exception(exception: GateException, *, by: Actor) -> GateException:
    """Take an exception back; what it stood for is missing again."""
    check(by, Permission.GATE_EXCEPT, exception)
    edition = _locked(exception.edition)
    row = GateException.objects.select_for_update().get(pk=exception.pk)
    row.edition = edition
    rules.check_can_withdraw_exception(edition, row, _progress(edition, row.stage))
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record(Event.EXCEPTION_WITHDRAWN, row, by=by, stage=row.stage, rule=row.rule)
    return row


@transaction.atomic
def change_ruleset(edition: Edition, *, ruleset: str, revision: int, by: Actor) -> Edition:
    """Move an edition to another rule set. Stages are concepts that all rule sets share: states and dates stay as they
    are.
    """
    moved = plans.change_ruleset(edition, ruleset=ruleset, revision=revision, by=by)
    for stage in rule_set(ruleset).stages:
        StageProgress.objects.get_or_create(edition=moved, stage=stage.code)
    return moved
