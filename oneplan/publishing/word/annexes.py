"""What follows the chapters: the stages, who took part, who signed and who did not, sources, the seal."""

from django.utils.translation import gettext as _

from oneplan.publishing import charts
from oneplan.publishing.reading import Plan
from oneplan.publishing.word.pages import Pages
from oneplan.publishing.words import joined, on, said


def write(pages: Pages, plan: Plan) -> None:
    """All annexes."""
    pages.heading(1, _("Annex A. How this plan was made"))
    _stages(pages, plan)
    _participation(pages, plan)
    _exceptions(pages, plan)
    pages.heading(1, _("Annex B. Who decided and who signed"))
    _resolutions(pages, plan)
    _signatures(pages, plan)
    pages.heading(1, _("Annex C. Sources"))
    _sources(pages, plan)
    pages.heading(1, _("Annex D. Seal"))
    _seal(pages, plan)


def _stages(pages: Pages, plan: Plan) -> None:
    pages.heading(2, _("Stages"))
    pages.table(
        _("Stages of joint planning"),
        [(_("No"), 1.2), (_("Stage"), 6.8), (_("State"), 4), (_("Due on"), 2.5), (_("Passed on"), 2.5)],
        [
            (
                str(each.number),
                each.label,
                each.state_label,
                on(each.due_on) if each.due_on else "–",
                on(each.passed_on) if each.passed_on else "–",
            )
            for each in plan.stages
        ],
    )


def _participation(pages: Pages, plan: Plan) -> None:
    if not plan.participation:
        return
    pages.heading(2, _("Participation"))
    pages.drawing(charts.participation_by_stage(plan.participation_by_stage, source=plan.source))
    pages.table(
        _("Who was asked, and what they answered"),
        [
            (_("Stage"), 3),
            (_("Institution"), 4.6),
            (_("State"), 2.2),
            (_("Answered"), 3.6),
            (_("Why it declined"), 3.6),
        ],
        [
            (each.stage, each.name, each.state_label,
             f"{on(each.answered_on)}\n{each.answered_post}".strip() if each.answered_on else "–", each.reason or "–")
            for each in plan.participation
        ],
    )  # fmt: skip


def _exceptions(pages: Pages, plan: Plan) -> None:
    if not plan.exceptions:
        return
    pages.heading(2, _("What was missing, and why it was let pass"))
    pages.table(
        _("Exceptions"),
        [(_("Stage"), 2.8), (_("Rule"), 4), (_("What was missing"), 5.4), (_("Reason"), 4.8)],
        [
            (
                each.stage,
                each.rule,
                "\n".join(each.missing),
                f"{each.reason}\n{each.granted_by}, {on(each.granted_on)}",
            )
            for each in plan.exceptions
        ],
    )


def _resolutions(pages: Pages, plan: Plan) -> None:
    pages.heading(2, _("Resolutions"))
    if not plan.resolutions:
        pages.paragraph(_("No committee has resolved on this document."))
    for row in plan.resolutions:
        pages.heading(
            3, _("%(committee)s, resolution %(n)s") % {"committee": row["committee"]["name"], "n": row["number"]}
        )
        seats, votes = row["seats"], row["votes"]
        facts = [
            (_("Held on"), row["held_on"]),
            (_("Decision"), f"{row['decision']['label']}\n{row['text']}"),
            (
                _("Present"),
                _("%(present)s of %(total)s seats; %(quorum)s were needed") % {**seats}
                + "".join(f"\n{each['held_by']}, {each['post']}, {each['institution']}" for each in row["present"]),
            ),
            (_("Method"), row["method"].capitalize()),
        ]
        if votes["for"] is not None:
            counted = {"yes": votes["for"], "no": votes["against"], "none": votes["abstained"]}
            facts.append((_("Votes"), _("%(yes)s for, %(no)s against, %(none)s abstained") % counted))
        if row["dissent"]:
            facts.append((_("Dissent"), row["dissent"]))
        pages.facts(facts, _("Resolution"))


def _signatures(pages: Pages, plan: Plan) -> None:
    pages.heading(2, _("Signatures"))
    if plan.outstanding:
        pages.paragraph(_("These parties have not signed:"), style="Standing")
        pages.table(
            _("Outstanding signatures"),
            [(_("Institution"), 7), (_("Commitments"), 10)],
            [(each["name"], joined(each["commitments"])) for each in plan.outstanding],
        )
        pages.paragraph(plan.outstanding_rule, style="Source")
    pages.table(
        _("Signatures given"),
        [(_("Institution"), 4.4), (_("Signed by"), 5), (_("Signed on"), 2.2), (_("Commitments"), 5.4)],
        [
            (
                each.institution,
                "\n".join(line for line in (each.name, each.post, each.instrument) if line),
                on(each.signed_on),
                joined(each.refs),
            )
            for each in plan.signatories
        ],
    )


def _sources(pages: Pages, plan: Plan) -> None:
    if not plan.sources:
        pages.paragraph(_("The plan cites no source."))
    pages.table(
        _("Sources and what rests on them"),
        [(_("Cited for"), 3.6), (_("Source"), 5.4), (_("Date"), 2), (_("References"), 6)],
        [(each.kind, each.source, on(each.day), joined(each.refs)) for each in plan.sources],
    )


def _seal(pages: Pages, plan: Plan) -> None:
    told = plan.told
    if told.is_draft:
        pages.paragraph(_("Nothing is sealed: this is no adopted plan."), style="Standing")
        pages.facts([(_("Hash of what is told here"), told.content_hash)], _("Hash"))
        return
    seal = told.content["seal"]
    pages.paragraph(
        _(
            "The sealed file is the plan; this document is drawn from it and can be edited, so it proves nothing. "
            "Download the sealed file and verify it on the page “Verify a plan” or with “oneplan verify”."
        )
    )
    pages.facts(
        [
            (_("Hash of the sealed content"), told.content_hash),
            (_("Hash of the signing copy"), told.copy_hash),
            (_("Sealed at"), seal["sealed_at"]),
            (_("Edition before"), seal["previous_hash"] or _("none: this is the first")),
            (_("Head of the log"), said(seal["log_head"])),
            (_("Key"), told.key_id),
        ],
        _("Seal"),
    )
