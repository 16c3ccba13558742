"""Commitments with links to budget lines, for tests: written as an accepted link leaves them."""

from decimal import Decimal

from oneplan.access.actors import system
from oneplan.alignment.actions.recording import record_line
from oneplan.alignment.choices import LinkKind, LinkState
from oneplan.alignment.lines import every_line, now_serving
from oneplan.alignment.models import Link
from oneplan.budgets.tests.records import figure
from oneplan.periods import clock

BY = system("tests")
WHY = "A cycle for the tests"


def pipe(amount, project="P1", **said):
    """A figure of a municipality's capital budget of 2024/25."""
    return figure("mun-lim366", amount, **{"project": project, "programme": ("V1", "Water", "Bulk"), **said})


def linked(commitment, project, share="1", state=LinkState.CONFIRMED):
    """A link of a commitment to the line of a project."""
    terms = next(each.terms for each in every_line(by=BY) if each.terms.codes.project == project)
    return Link.objects.create(
        kind=LinkKind.COMMITMENT_LINE, commitment=commitment, line=record_line(terms, build=now_serving()),
        share=Decimal(share), state=state, proposed_at=clock.now(), decided_at=clock.now(),
    )  # fmt: skip
