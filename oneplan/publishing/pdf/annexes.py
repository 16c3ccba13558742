"""The annexes: who took part, who is outstanding, which exceptions stand, who resolved, who signed, and the seal."""

from collections import Counter
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from oneplan.publishing import charts
from oneplan.publishing.content import Json
from oneplan.publishing.parts import Contribution
from oneplan.publishing.pdf.blocks import (
    Block,
    Pages,
    chapter,
    code,
    day,
    facts,
    heading,
    muted,
    notice,
    state,
    strong,
    table,
    words,
)
from oneplan.publishing.reading import Plan


def add(plan: Plan, pages: Pages) -> None:
    """Annexes A to F, in order."""
    _participation(plan, pages)
    _outstanding(plan, pages)
    _exceptions(plan, pages)
    _resolutions(plan, pages)
    _signatures(plan, pages)
    _seal(plan, pages)


def _annex(letter: str, title: str) -> Block:
    return chapter(title, number=letter)


def _participation(plan: Plan, pages: Pages) -> None:
    rows = plan.participation
    pages.add(_annex("A", _("Participation ledger")))
    if not rows:
        pages.add(words(_("No party was asked yet.")))
        return
    source = _("Source: participation ledger of this edition.")
    pages.figure(charts.participation_by_stage(plan.participation_by_stage, source=source))
    stages = [label for label, _counts in plan.participation_by_stage]
    cells: dict[str, dict[str, str]] = {}
    for each in rows:
        cells.setdefault(each.name, {})[each.stage] = each.state
    pages.add(
        table(
            [(_("Party"), "1fr"), *((label, "24mm") for label in stages)],
            [
                [name, *(state(stood.get(label, "not_asked")) for label in stages)]
                for name, stood in sorted(cells.items())
            ],
            title=_("Parties by stage"),
        )
    )
    for label in stages:
        pages.add(heading(label), _answers([each for each in rows if each.stage == label], label))


def _answers(rows: list[Contribution], stage: str) -> Block:
    return table(
        [
            (_("Party"), "1fr"),
            (_("State"), "25mm"),
            (_("Asked"), "20mm"),
            (_("Due"), "20mm"),
            (_("Answered"), "36mm"),
            (_("Why it declined"), "1fr"),
        ],
        [
            [
                each.name,
                state(each.state),
                day(each.asked_on),
                day(each.due_on),
                [day(each.answered_on, missing="–"), *([muted(each.answered_post)] if each.answered_post else [])],
                each.reason or "–",
            ]
            for each in rows
        ],
        title=_("Answers: %(stage)s") % {"stage": stage},
    )


def _outstanding(plan: Plan, pages: Pages) -> None:
    pages.add(_annex("B", _("Outstanding parties")), words(plan.outstanding_rule))
    rows = plan.outstanding
    if not rows:
        pages.add(notice(_("No party is outstanding."), tone="done"))
        return
    pages.add(
        table(
            [(_("Party"), "1fr"), (_("Has not signed"), "20mm"), (_("Commitments"), "1.6fr")],
            [[each["name"], str(len(each["commitments"])), ", ".join(each["commitments"])] for each in rows],
            title=_("Parties that have not signed, and what waits for them"),
        )
    )


def _exceptions(plan: Plan, pages: Pages) -> None:
    pages.add(_annex("C", _("Exceptions to the quality gates")))
    if not plan.exceptions:
        pages.add(words(_("No exception was granted.")))
        return
    for each in plan.exceptions:
        pages.add(
            heading(each.label),
            facts(
                [
                    (_("Stage"), each.stage),
                    (_("Rule"), each.rule),
                    (_("Reason"), each.reason),
                    (_("Granted by"), f"{each.granted_by}, {day(each.granted_on)}"),
                ]
            ),
        )
        if each.missing:
            pages.add({"k": "list", "title": _("What was missing that day"), "lines": list(each.missing)})


def _resolutions(plan: Plan, pages: Pages) -> None:
    pages.add(_annex("D", _("Resolutions")))
    if not plan.resolutions:
        pages.add(words(_("No committee has resolved on this copy.")))
        return
    for each in plan.resolutions:
        seats, votes = each["seats"], each["votes"]
        pages.add(
            heading(each["committee"]["name"]),
            facts(
                [
                    (
                        _("Resolution"),
                        _("%(number)s of %(day)s") % {"number": each["number"], "day": day(each["held_on"])},
                    ),
                    (_("Decision"), each["decision"]["label"]),
                    (_("Text"), each["text"] or "–"),
                    (_("Decided by"), _method(each["method"], votes)),
                    (
                        _("Present"),
                        _("%(present)s of %(total)s seats; quorum %(quorum)s")
                        % {"present": seats["present"], "total": seats["total"], "quorum": seats["quorum"]},
                    ),
                    (_("Dissent"), each["dissent"] or _("none recorded")),
                    (_("Of the copy"), code(each["copy_sha256"])),
                ]
            ),
            table(
                [
                    (_("Seat"), "1fr"),
                    (_("Institution"), "1.4fr"),
                    (_("Held by"), "36mm"),
                    (_("Represented by"), "36mm"),
                ],
                [
                    [
                        [strong(one["post"]), muted(str(one["capacity"]).replace("_", " "))],
                        one["institution"],
                        one["held_by"] or _("vacant"),
                        one["represented_by"] or "–",
                    ]
                    for one in each["present"]
                ],
                title=_("Who was present"),
            ),
        )


def _method(method: str, votes: Json) -> str:
    if votes["for"] is None:
        return str(method)
    return _("%(method)s: %(for)s for, %(against)s against, %(abstained)s abstained") % {
        "method": method,
        "for": votes["for"],
        "against": votes["against"] or 0,
        "abstained": votes["abstained"] or 0,
    }


def _signatures(plan: Plan, pages: Pages) -> None:
    pages.add(_annex("E", _("Signatures")))
    hands = plan.signatories
    if not hands:
        pages.add(words(_("Nobody has signed.")))
        return
    signed = Counter(len(each.refs) for each in hands)
    pages.add(
        words(
            _(
                "Each signature is of one commitment's terms in one signing copy, named by its SHA-256. What one "
                "person signed for one party on one day stands in one row: %(rows)s rows, %(all)s signatures."
            )
            % {"rows": len(hands), "all": sum(count * times for count, times in signed.items())}
        )
    )
    own = plan.told.copy_hash
    for copy_hash, group in groupby(
        sorted(hands, key=lambda each: (each.copy_hash != own, each.copy_hash)), key=lambda each: each.copy_hash
    ):
        pages.add(
            heading(_("Of the signing copy of this edition") if copy_hash == own else _("Of an earlier signing copy")),
            facts([(_("Signing copy"), code(copy_hash))]),
            table(
                [(_("Signed by"), "1fr"), (_("Instrument"), "26mm"), (_("Date"), "21mm"), (_("Commitments"), "1fr")],
                [
                    [
                        [strong(each.name), each.post, muted(each.institution)],
                        each.instrument or _("the post itself"),
                        day(each.signed_on),
                        _refs(each.refs),
                    ]
                    for each in group
                ],
                title=_("Signatures"),
            ),
        )


def _refs(refs: tuple[str, ...]) -> Any:
    """References without the space's code repeated: "DC36-C-0001, 0002, 0007"."""
    first, *rest = refs
    head = first.rpartition("-")[0] + "-"
    return ", ".join([first, *(each.removeprefix(head) for each in rest)])


def _seal(plan: Plan, pages: Pages) -> None:
    if not plan.is_adopted:
        pages.add(
            _annex("F", _("No seal")),
            notice(
                _("Only an adopted edition is sealed. Do not pass this draft on as the plan."),
                tone="proposed",
                title=_("This draft carries no seal."),
            ),
        )
        return
    seal, told = plan.content["seal"], plan.told
    pages.add(
        _annex("F", _("The seal")),
        words(
            _(
                "This document was made from the sealed content named below. The seal is a digital signature over that "
                "content: the file with it, not this page, is what proves the plan."
            )
        ),
        facts(
            [
                (_("Content SHA-256"), code(told.content_hash)),
                (_("Sealed"), day(seal["sealed_at"])),
                (_("Key fingerprint"), code(told.key_id)),
                (
                    _("Previous edition"),
                    code(seal["previous_hash"])
                    if seal["previous_hash"]
                    else _("none: this is the first sealed edition"),
                ),
                (_("Signing copy"), code(told.copy_hash)),
                (_("Head of the log"), code(seal["log_head"]) if seal["log_head"] else _("not recorded")),
                (
                    _("Signature (Ed25519)"),
                    [code(told.signature[:64]), code(told.signature[64:])],
                ),
            ]
        ),
        heading(_("How to verify it")),
        {
            "k": "list",
            "title": "",
            "ordered": True,
            "lines": [
                _("Download the sealed file: %(address)s") % {"address": f"{plan.permalink}bundle.json"},
                _("Online: open %(address)s and hand in the file, or type the content's SHA-256.")
                % {"address": f"{plan.address}/verify/"},
                _("Offline, with OnePlan: oneplan verify FILE. It needs no network and no account."),
                _(
                    "Compare the key's fingerprint with the one that the issuer publishes elsewhere, for example in "
                    "the Gazette or on its own site."
                ),
                _(
                    "Compare the SHA-256 printed here with the one that the verification shows. One changed byte "
                    "changes it."
                ),
            ],
        },
    )
