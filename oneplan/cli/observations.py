"""Deciding about releases of observations, and building them, on the command line."""

from __future__ import annotations

import click

from oneplan.cli.steps import actor, refuse, start


@click.command(name="build-observations")
@click.option("--as", "as_user", default=None, help="The person who asks for it, by e-mail address.")
def build_observations(as_user: str | None) -> None:
    """Build the observations and the values of indicators anew. What is served stays until the new build is proven."""
    start()
    from oneplan.platform.errors import Refused

    try:
        click.echo(_built(actor(as_user)))
    except Refused as refusal:
        refuse(refusal.sentence)


@click.command(name="publish-observations")
@click.argument("ref")
@click.option("--reason", required=True, help="Why, in a sentence. It stands beside the release for everybody.")
@click.option("--as", "as_user", required=True, help="The person who decides, by e-mail address.")
def publish_observations(ref: str, reason: str, as_user: str) -> None:
    """Publish the release REF (such as OR-0001) although errors stand, and build. A person with a name decides."""
    start()
    from oneplan.indicators import actions, queries
    from oneplan.platform.errors import Refused

    by = actor(as_user)
    release = queries.visible_to(by).filter(ref__iexact=ref).first()
    if release is None:
        refuse(f"There is no release {ref}. They are listed at /indicators/releases/.")
    try:
        actions.publish_observations(release, reason=reason, revision=release.revision, by=by)
        click.echo(f"{release.ref} is published although {release.errors:,} errors stand. {_built(by)}")
    except Refused as refusal:
        refuse(refusal.sentence)


def _built(by: object) -> str:
    from oneplan.indicators import actions

    told = actions.build_observations(by=by, reason="Asked on the command line").facts  # type: ignore[arg-type]
    return (
        f"{told['observations']:,} observations of {len(told['releases']):,} releases and {told['values']:,} values are"
        " served."
    )
