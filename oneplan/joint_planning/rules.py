"""Whether a stage, an exception, a contribution, a signing copy or an adoption may move now. Never writes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.committees.models import Resolution
from oneplan.frameworks.definitions import RuleSet
from oneplan.joint_planning.canonical import sha256
from oneplan.joint_planning.choices import ALLOWED_MOVES, ContributionState, StageState
from oneplan.joint_planning.gates import GateReport, Missing, StageReport
from oneplan.joint_planning.models import Contribution, GateException, SigningCopy, StageProgress
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition
from oneplan.plans.rules import is_substantive
from oneplan.platform.errors import RuleBroken

ADOPTION = "adoption"
IMPLEMENTATION = "implementation"
IN_PROGRESS = (EditionState.OPEN, EditionState.FROZEN)
# Without these there is nothing to seal: no reason makes up for them.
NEVER_EXCEPTED = frozenset({"copy_signed", "quorum_reached", "resolutions_cite_copy"})
_SHOWN = 12


def listed(missing: Iterable[Missing]) -> str:
    """What is missing, one to a line, the first dozen; the page shows them all."""
    every = list(missing)
    lines = [f"{each.sentence} ({each.owed})" for each in every[:_SHOWN]]
    rest = len(every) - _SHOWN
    if rest > 0:
        lines.append(ngettext("and %(rest)s more.", "and %(rest)s more.", rest) % {"rest": rest})
    return "\n".join(lines)


# --- stages and gates ------------------------------------------------------------------------------------------------


def check_stage(rules: RuleSet, stage: str) -> None:
    """The stage is one of the rule set's."""
    if stage not in {each.code for each in rules.stages}:
        raise RuleBroken(_("There is no stage “%(stage)s” in %(rules)s.") % {"stage": stage, "rules": rules.label})


def check_can_schedule(edition: Edition, starts_on: date | None, due_on: date | None) -> None:
    """Dates lie in order, and not before the edition was opened."""
    if edition.state not in (*IN_PROGRESS, EditionState.ADOPTED):
        raise RuleBroken(_("This edition is closed; its dates stay as they were."))
    if starts_on and due_on and due_on < starts_on:
        raise RuleBroken(_("The stage would be due before it starts. Check the two dates."))
    if starts_on and starts_on < edition.opened_on:
        raise RuleBroken(_("The edition was opened on %(on)s; no stage starts earlier.") % {"on": edition.opened_on})


def check_can_pass(edition: Edition, report: GateReport, stage: str) -> None:
    """The stage is the current one, and nothing is missing that no exception stands for."""
    judged = report.stage(stage)
    if stage == ADOPTION:
        raise RuleBroken(_("The gate of adoption is passed by adopting the edition, on the adoption page."))
    wanted = EditionState.ADOPTED if stage == IMPLEMENTATION else EditionState.OPEN
    if edition.state != wanted:
        raise RuleBroken(
            _("This gate is passed while the edition is “%(wanted)s”; it is “%(state)s”.")
            % {"wanted": wanted.label, "state": edition.get_state_display()}
        )
    if judged.is_passed:
        raise RuleBroken(_("The gate of stage %(number)s is passed already.") % {"number": judged.stage.number})
    check_all_passed(report.before(stage))
    check_nothing_missing([judged])


def check_all_passed(judged: Iterable[StageReport]) -> None:
    """Somebody passed the gate of each of these stages."""
    waiting = [each for each in judged if not each.is_passed]
    if waiting:
        raise RuleBroken(
            _("The gate of stage %(number)s, %(label)s, is not passed yet. Gates are passed in order.")
            % {"number": waiting[0].stage.number, "label": waiting[0].stage.label}
        )


def check_nothing_missing(judged: Iterable[StageReport]) -> None:
    """Every rule of these gates is met or excepted; else the refusal names what is missing and who owes it."""
    for each in judged:
        if not each.lets_pass:
            missing = each.missing
            raise RuleBroken(
                ngettext(
                    "%(number)s thing is missing at the gate of stage %(stage)s, %(label)s:",
                    "%(number)s things are missing at the gate of stage %(stage)s, %(label)s:",
                    len(missing),
                )
                % {"number": len(missing), "stage": each.stage.number, "label": each.stage.label}
                + "\n"
                + listed(missing)
            )


def check_can_reopen(edition: Edition, progress: StageProgress) -> None:
    """A stage is opened again while the edition is written."""
    if edition.state != EditionState.OPEN:
        raise RuleBroken(
            _("A stage is opened again while the edition is in progress. Withdraw the signing copy first.")
            if edition.state == EditionState.FROZEN
            else _("This edition is closed. Open the next edition instead.")
        )
    if progress.state not in (StageState.PASSED, StageState.PASSED_WITH_EXCEPTIONS):
        raise RuleBroken(_("This stage is open: its gate was not passed."))


def check_reason(reason: str) -> None:
    """A reason says something: it is recorded, shown and printed in the sealed plan."""
    if not is_substantive(reason, least=3):
        raise RuleBroken(
            _(
                "Say why, in a sentence: it is recorded in your name and shown; the public plan prints it with your"
                " post."
            )
        )


def check_can_except(edition: Edition, judged: StageReport, rule: str) -> None:
    """The rule belongs to this gate, something is missing, and no exception stands yet."""
    if edition.state not in IN_PROGRESS:
        raise RuleBroken(_("This edition is closed; nothing can be excepted any more."))
    found = next((each for each in judged.rules if each.gate.code == rule), None)
    if found is None:
        raise RuleBroken(_("“%(rule)s” is no rule of this gate.") % {"rule": rule})
    if rule in NEVER_EXCEPTED:
        raise RuleBroken(
            _("“%(rule)s” has no exception: without it there is nothing to seal.") % {"rule": found.gate.label}
        )
    if judged.is_passed:
        raise RuleBroken(_("The gate is passed already. Open the stage again first."))
    if found.exception is not None:
        raise RuleBroken(_("An exception stands for this rule already."))
    if found.is_met:
        raise RuleBroken(_("Nothing is missing for this rule, so there is nothing to except."))


def check_can_withdraw_exception(edition: Edition, exception: GateException, progress: StageProgress | None) -> None:
    """An exception on which a gate was passed stands until the stage is opened again."""
    if edition.state not in IN_PROGRESS:
        raise RuleBroken(_("This edition is closed; its exceptions stay as they were."))
    if exception.withdrawn_at is not None:
        raise RuleBroken(_("This exception was withdrawn already."))
    if progress is not None and progress.state == StageState.PASSED_WITH_EXCEPTIONS:
        raise RuleBroken(_("The gate was passed on this exception. Open the stage again first."))


# --- participation ---------------------------------------------------------------------------------------------------


def check_can_request(edition: Edition, due_on: date, today: date) -> None:
    """Contributions are asked for while the edition is written, by a day that is still to come."""
    if edition.state != EditionState.OPEN:
        raise RuleBroken(_("Contributions are asked for while the edition is in progress; it is “%(state)s”.") % {
            "state": edition.get_state_display()
        })  # fmt: skip
    if due_on < today:
        raise RuleBroken(_("The day by which to answer has passed. Choose a later one."))


def check_can_move(contribution: Contribution, to: ContributionState) -> None:
    """A contribution moves only as ALLOWED_MOVES says, while its edition is in progress."""
    if contribution.edition.state not in IN_PROGRESS:
        raise RuleBroken(_("This edition is closed; the participation ledger stays as it was."))
    if to not in ALLOWED_MOVES[contribution.state]:
        raise RuleBroken(
            _("This request is “%(state)s”, so it cannot become “%(to)s”.")
            % {"state": contribution.get_state_display(), "to": to.label}
        )


def check_answer(answer: str) -> None:
    """An answer says what was contributed, or why not."""
    if not is_substantive(answer, least=2):
        raise RuleBroken(
            _("Say in a few words what you contribute, or why you decline: the answer is shown to all parties.")
        )


def check_can_remind(contribution: Contribution, today: date) -> None:
    """Only who owes an answer is reminded, and once a day at most."""
    if contribution.is_answered:
        raise RuleBroken(_("This party has answered; there is nothing to remind it of."))
    if contribution.edition.state not in IN_PROGRESS:
        raise RuleBroken(_("This edition is closed; nobody is reminded any more."))
    reminded = contribution.reminded_at
    if reminded is not None and reminded.astimezone(clock.JOHANNESBURG).date() == today:
        raise RuleBroken(_("This party was reminded today already."))


# --- signing copy and adoption ---------------------------------------------------------------------------------------


def check_can_freeze(edition: Edition, report: GateReport) -> None:
    """Every gate before adoption is passed, and what it asked for is still there."""
    if edition.state != EditionState.OPEN:
        raise RuleBroken(
            _("Only an edition in progress is frozen; this one is “%(state)s”.")
            % {"state": edition.get_state_display()}
        )
    judged = report.before(ADOPTION)
    check_all_passed(judged)
    check_nothing_missing(judged)


def check_copy_stands(edition: Edition, copy: SigningCopy | None) -> SigningCopy:
    """A signing copy stands, it is the edition's, and its stored bytes still have their hash."""
    if copy is None or edition.state != EditionState.FROZEN:
        raise RuleBroken(_("There is no signing copy. Freeze the edition first."))
    if sha256(bytes(copy.content)) != copy.sha256 or edition.copy_hash != copy.sha256:
        raise RuleBroken(_("The signing copy was altered where it is stored: its bytes do not match its hash."))
    return copy


def check_can_adopt(
    report: GateReport, copy: SigningCopy, submitted: Resolution | None, approved: Resolution | None
) -> tuple[Resolution, Resolution]:
    """Every gate up to adoption is passed or excepted, and both committees resolved about this very copy, after it was
    frozen.
    """
    check_all_passed(report.before(ADOPTION))
    check_nothing_missing([report.stage(ADOPTION)])
    if submitted is None or approved is None:
        raise RuleBroken(_("Both committees must resolve about this signing copy before it is adopted."))
    frozen_on = copy.frozen_at.astimezone(clock.JOHANNESBURG).date()
    for resolution in (submitted, approved):
        if resolution.held_on < frozen_on:
            raise RuleBroken(
                _("%(resolution)s was held before the signing copy was frozen on %(on)s. It cannot be about this copy.")
                % {"resolution": resolution, "on": frozen_on}
            )
    return submitted, approved


def check_confirmation(edition: Edition, typed: str) -> None:
    """Whoever adopts types the code of the space: nothing is adopted by a slip of the hand."""
    if typed.strip().upper() != edition.space_id.upper():
        raise RuleBroken(_("Type the code of the space, %(code)s, to confirm.") % {"code": edition.space_id})


def check_terms_are_those_of_the_copy(content: Mapping[str, Any]) -> None:
    """Refuse to seal where a commitment's terms are no longer those of the signing copy.

    Terms cannot change while a copy is out; this catches a change that was being stored while the copy was made.
    """
    now = {row["ref"]: row["digest"] for row in content["standing"]}
    signed = {row["ref"]: row["digest"] for row in content["copy"]["commitments"]}
    changed = [ref for ref, digest in signed.items() if now.get(ref, digest) != digest]
    if changed:
        raise RuleBroken(
            _("These commitments differ from the signing copy: %(refs)s. Withdraw the copy, freeze again, and let the"
              " parties sign what is written now.")
            % {"refs": ", ".join(changed)}
        )  # fmt: skip
