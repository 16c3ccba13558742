"""Ready-made asks: Waterberg asks the national water department for rand of 2027/28, in its window of June and July."""

from datetime import UTC, date, datetime
from decimal import Decimal

from oneplan.access.actors import system
from oneplan.commitments.tests.factories import propose
from oneplan.periods.years import Basis, FinancialYear
from oneplan.reprioritisation.actions import draft_ask, route_ask
from oneplan.reprioritisation.choices import Instrument

BY = system("tests")
YEAR = FinancialYear(2027, Basis.PFMA)
IN_WINDOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
WHY = "The scheme stands still without it."


def draft(world, *, by=None, commitment=None, institution=None, **said):
    commitment = commitment or propose("DC36", "nat-dws")
    given = {
        "year": YEAR, "amount": Decimal("50000000.00"), "instrument": Instrument.MTEF_SUBMISSION,
        "motivation": WHY, **said,
    }  # fmt: skip
    return draft_ask(
        by=by or world.hub36, space=world.dc36, commitment=commitment, institution=institution or world.dws, **given
    )


def routed(world, **said):
    ask = draft(world, **said)
    return route_ask(ask, by=world.hub36, revision=ask.revision)


def day(text):
    return date.fromisoformat(text)
