"""Deciding about releases of observations, and building them, on the command line."""

from __future__ import annotations

from oneplan.access.actors import Actor
from oneplan.indicators import actions, queries
from oneplan.platform.errors import RuleBroken


def publish(ref: str, *, reason: str, by: Actor) -> str:
    """Publish a release although errors stand, and build. Returns what is served. Raises Refused."""
    release = queries.visible_to(by).filter(ref__iexact=ref).first()
    if release is None:
        raise RuleBroken(f"There is no release {ref}. They are listed at /indicators/releases/.")
    actions.publish_observations(release, reason=reason, revision=release.revision, by=by)
    return f"{release.ref} is published although {release.errors:,} errors stand. {build(by=by)}"


def build(*, by: Actor) -> str:
    """Build the observations anew. Returns what is served. Raises Refused."""
    told = actions.build_observations(by=by, reason="Asked on the command line").facts
    return (
        f"{told['observations']:,} observations of {len(told['releases']):,} releases and {told['values']:,} values are"
        " served."
    )
