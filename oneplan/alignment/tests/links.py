"""Ready-made ends of links: a commitment, an item of a plan, a budget line."""

from decimal import Decimal

from oneplan.access.actors import system
from oneplan.alignment.actions.recording import record_line
from oneplan.alignment.lines import LineTerms
from oneplan.budgets.choices import Standing
from oneplan.budgets.cube.paying import LineCodes, LineNames
from oneplan.commitments.tests import factories as commitments
from oneplan.source_plans.actions import register_plan, write_items
from oneplan.source_plans.rules import ItemTerms

BY = system("tests")
REASON = "Both name the same works."


def promise(space="DC36", lead="nat-dws", **said):
    return commitments.propose(space, lead, **said)


def item(code="plan-a", ref="1", title="Water for all", **said):
    plan = register_plan(by=BY, code=code, kind="idp", title=f"Plan {code}", reference="Council", **said)
    write_items(plan, [ItemTerms(ref, "goal", title)], revision=plan.revision, reason="As adopted by council", by=BY)
    return plan.items.get()


def line(project="P1", institution="nat-dws", standing=Standing.PUBLIC, dataset="national-expenditure"):
    terms = LineTerms(
        LineCodes(dataset, standing, institution, vote="41", programme="3", project=project),
        LineNames(vote_name="Water and Sanitation", programme_name="Infrastructure", project_name=f"Scheme {project}"),
    )
    return record_line(terms, build="a-build")


def half():
    return Decimal("0.5")
