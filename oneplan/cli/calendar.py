"""Days of the budget cycle, amended from the command line."""

from __future__ import annotations

from datetime import date

import click

from oneplan.cli.steps import a_day, actor, refuse, start


@click.command(name="amend-calendar")
@click.argument("duty")
@click.argument("year", type=int)
@click.option("--opens-on", callback=a_day, help="The first day; without it the last day alone.")
@click.option("--due-on", callback=a_day, required=True, help="The last day.")
@click.option("--number", type=int, default=0, help="Of the month or quarter; 0 for the year.")
@click.option("--source", required=True, help="What says these days: the circular or gazette, with its day.")
@click.option("--reason", required=True, help="Why, kept and shown with it.")
@click.option("--as", "as_user", default=None, help="The person who amends it, by e-mail address.")
def amend_calendar(
    duty: str, year: int, opens_on: date | None, due_on: date, number: int, source: str, reason: str,
    as_user: str | None,
) -> None:  # fmt: skip
    """Say other days of a DUTY in the financial year that begins in YEAR."""
    start()
    from oneplan.budgets.actions.amending import amend_calendar as amend
    from oneplan.platform.errors import Refused

    try:
        row = amend(
            by=actor(as_user), duty=duty, year=year, number=number, opens_on=opens_on or due_on, due_on=due_on,
            source=source, reason=reason,
        )  # fmt: skip
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{row.ref}: {duty} of {year} from {row.opens_on} to {row.due_on}, by {row.source}")
