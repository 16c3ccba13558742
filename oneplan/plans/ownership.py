"""What of the plans a post owns: elements and immediate issues of the editions in progress and in force."""

from typing import Any

from oneplan.access.actors import Actor
from oneplan.institutions.models import Post
from oneplan.institutions.ownership import Thing
from oneplan.plans import queries
from oneplan.plans.models import Finding, Outcome, Section, Strategy


def _elements(model: type[Any], actor: Actor, post: Post) -> list[Thing]:
    rows = model.objects.filter(owner_post=post, removed_at=None, edition__in=queries.current_editions(actor))
    return [
        Thing(
            f"{row.ref} · {getattr(row, 'title', '') or getattr(row, 'statement', '')}",
            f"/spaces/{row.edition.plan_id}/plan/{row.edition.number}/elements/{row.ref}/", str(row.edition),
        )
        for row in rows.select_related("edition").order_by("edition__plan_id", "edition__number", "ref")
    ]  # fmt: skip


def findings(actor: Actor, post: Post) -> list[Thing]:
    """The findings that the post owns."""
    return _elements(Finding, actor, post)


def outcomes(actor: Actor, post: Post) -> list[Thing]:
    """The outcomes that the post owns."""
    return _elements(Outcome, actor, post)


def strategies(actor: Actor, post: Post) -> list[Thing]:
    """The strategies that the post owns."""
    return _elements(Strategy, actor, post)


def sections(actor: Actor, post: Post) -> list[Thing]:
    """The sections that the post owns."""
    return _elements(Section, actor, post)


def immediate_issues(actor: Actor, post: Post) -> list[Thing]:
    """The unresolved issues that the post owes an answer to."""
    rows = queries.immediate_issues(actor).filter(owner_post=post, resolved_on=None)
    return [
        Thing(f"{row.ref} · {row.service}", f"/spaces/{row.edition.plan_id}/immediate/?q={row.ref}", str(row.edition))
        for row in rows
    ]
