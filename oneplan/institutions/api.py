"""The interface to the register of institutions: public. Names of office-holders are not in it."""

from datetime import date
from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from oneplan.access.bearers import OPEN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.institutions import queries
from oneplan.institutions.models import Institution, Post
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Labelled, Line, Named, Shown

router = Router(tags=["Institutions"], auth=OPEN)


class InstitutionShown(Shown):
    """An organ of state, an entity or a partner that can make a promise."""

    code: str = Field(examples=["lim-health"])
    name: str
    short_name: str
    sphere: str = Field(description="national, provincial, local; empty for what is outside the state.")
    kind: Labelled
    province: str | None
    space: str | None
    valid_from: date | None
    valid_to: date | None
    merged_into: str | None
    source: str
    as_at: date
    is_verified: bool


class PostShown(Shown):
    """A seat of duty. Posts, not people, own things; elements and commitments name them by code."""

    code: str
    title: str
    kind: str
    space: str | None
    signs: bool = Field(description="Whether this post binds the institution.")


class InstitutionWhole(InstitutionShown):
    """An institution with its posts."""

    posts: list[PostShown]


class InstitutionFilter(Paging):
    text: Line | None = Field(None, description="Words of the name, the code or another name.")
    sphere: Literal["national", "provincial", "local", "none"] | None = None
    province: Code | None = None
    kind: Code | None = None


def named_institution(row: Institution) -> Named:
    """An institution by code and name."""
    return Named(code=row.code, name=row.name)


def _institution(row: Institution) -> InstitutionShown:
    return InstitutionShown(
        code=row.code, name=row.name, short_name=row.short_name, sphere=row.sphere,
        kind=Labelled(code=row.kind, label=str(row.get_kind_display())), province=row.province_id, space=row.space_id,
        valid_from=row.valid_from, valid_to=row.valid_to, merged_into=row.merged_into_id, source=row.source,
        as_at=row.as_at, is_verified=row.is_verified,
    )  # fmt: skip


@router.get("/institutions", response=Listed[InstitutionShown], summary="The register of institutions")
def list_institutions(
    request: ActorHttpRequest, response: HttpResponse, asked: Query[InstitutionFilter]
) -> dict[str, Any]:
    """Institutions by code."""
    rows = queries.filtered(
        queries.visible_to(request.actor), text=asked.text or "", sphere=asked.sphere or "",
        province=asked.province or "", kind=asked.kind or "",
    )  # fmt: skip
    return paged(request, response, rows.order_by("code"), asked, _institution)


@router.get("/institutions/{code}", response=InstitutionWhole, summary="One institution")
def read_institution(request: ActorHttpRequest, code: Code) -> InstitutionWhole:
    """An institution with its posts, and which of them binds it."""
    row: Institution = get_object_or_404(queries.visible_to(request.actor), pk=code)
    binding = {post.pk for post in queries.signing_posts(row)}
    posts = [
        PostShown(code=each.code, title=each.title, kind=each.kind, space=each.space_id, signs=each.pk in binding)
        for each in Post.objects.filter(institution=row).order_by("code")
    ]
    return InstitutionWhole(**_institution(row).model_dump(), posts=posts)
