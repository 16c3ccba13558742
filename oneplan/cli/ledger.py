"""The money ledger on the command line: cycles opened, computed and closed."""

from __future__ import annotations

from datetime import date

import click

from oneplan.cli.steps import a_day, actor, refuse, start

_AS = click.option("--as", "as_user", default=None, help="The person who asks for it, by e-mail address.")
_WHY = click.option("--reason", required=True, help="Why, in a sentence. It is kept.")


@click.command(name="compute-ledger")
@click.option("--commitment", "refs", multiple=True, help="Only this one and what shares a line with it; may repeat.")
@_AS
def compute_ledger(refs: tuple[str, ...], as_user: str | None) -> None:
    """Compute the open cycle of the money ledger anew."""
    start()
    from oneplan.commitments import queries as commitments
    from oneplan.ledger import actions
    from oneplan.platform.errors import Refused

    by = actor(as_user)
    keys = list(commitments.visible_to(by).filter(ref__in=refs).values_list("pk", flat=True)) if refs else None
    if keys is not None and len(keys) != len(set(refs)):
        refuse("One of these commitments is not there.")
    try:
        done = actions.compute_ledger(by=by, commitments=keys)
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{done.cycle.label}: {done.entries:,} entries from {done.lines:,} amounts of budget lines")


@click.command(name="open-cycle")
@click.argument("label")
@click.option("--as-at", callback=a_day, help="The day that decides which years have ended (default: today).")
@_WHY
@_AS
def open_cycle(label: str, as_at: date | None, reason: str, as_user: str | None) -> None:
    """Open a cycle of the money ledger, named LABEL."""
    start()
    from oneplan.ledger import actions
    from oneplan.platform.errors import Refused

    try:
        made = actions.open_cycle(label, by=actor(as_user), reason=reason, as_at=as_at)
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{made.ref} {made.label} is open. Compute it with: oneplan compute-ledger")


@click.command(name="close-cycle")
@click.argument("ref")
@_WHY
@_AS
def close_cycle(ref: str, reason: str, as_user: str | None) -> None:
    """Close the cycle REF (such as LC-0001): it is kept as it stands, for good."""
    start()
    from oneplan.ledger import actions, queries
    from oneplan.platform.errors import Refused

    cycle = queries.cycle_of(ref)
    if cycle is None:
        refuse(f"There is no cycle {ref}. They are listed at /ledger/cycles/.")
    try:
        actions.close_cycle(cycle, by=actor(as_user), revision=cycle.revision, reason=reason)
    except Refused as refusal:
        refuse(refusal.sentence)
    click.echo(f"{cycle.ref} {cycle.label} is closed and kept.")
