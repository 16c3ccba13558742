"""Registering, renaming and merging institutions; publishing the shipped register."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.frameworks.loading import BrokenFileError
from oneplan.institutions import register_files, rules, signals
from oneplan.institutions.choices import Event
from oneplan.institutions.establishment import establishment_of, post_kinds
from oneplan.institutions.models import (
    Institution,
    InstitutionAlias,
    InstitutionMerger,
    InstitutionVersion,
    Post,
    RegisterFile,
)
from oneplan.institutions.names import fold
from oneplan.institutions.register_files import InstitutionRow
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.spaces.models import Province, Space

_REGISTERED = ("sphere", "kind", "province_id", "municipality_code", "space_id", "source", "as_at", "is_verified")
_MERGED_ALIAS = "Name of an institution that was merged into this one"


@transaction.atomic
def register_institution(
    *, code: str, name: str, kind: str, source: str, as_at: date, by: Actor, short_name: str = "", sphere: str = "",
    province: Province | None = None, space: Space | None = None, municipality_code: str = "",
    valid_from: date | None = None, is_verified: bool = False, reason: str = "",
) -> Institution:  # fmt: skip
    """Enter an institution with the posts of its kind. Raises NotAllowed or RuleBroken."""
    check(by, Permission.INSTITUTION_REGISTER, _scopes(province, space))
    code = code.strip().lower()
    rules.check_can_register(code, name, kind)
    institution = Institution.objects.create(
        code=code, name=name.strip(), short_name=short_name.strip(), sphere=sphere, kind=kind, province=province,
        space=space, municipality_code=municipality_code, valid_from=valid_from, source=source, as_at=as_at,
        is_verified=is_verified,
    )  # fmt: skip
    _first_versions([institution])
    establish_posts([institution])
    record(
        Event.INSTITUTION_REGISTERED,
        institution,
        by=by,
        reason=reason,
        name=name,
        kind=kind,
        source=source,
        as_at=as_at,
    )
    return institution


@transaction.atomic
def update_institution(
    institution: Institution, *, revision: int, by: Actor, reason: str, **changes: Any
) -> Institution:
    """Correct a register entry (source, as_at, is_verified, sphere, kind, province, space, short_name, dates).

    Names change by `rename_institution`. Raises NotAllowed, StaleRevision, or TypeError for a field that is not open.
    """
    check(by, Permission.INSTITUTION_REGISTER, institution)
    row = _locked(institution, revision)
    open_fields = {*_REGISTERED, "province", "space", "short_name", "valid_from", "valid_to"}
    if not set(changes) <= open_fields:
        raise TypeError(f"not open to update: {', '.join(sorted(set(changes) - open_fields))}")
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    record(Event.INSTITUTION_UPDATED, row, by=by, reason=reason, before=before, after=changes)
    return row


@transaction.atomic
def rename_institution(
    institution: Institution, *, name: str, valid_from: date, source: str, revision: int, by: Actor,
    short_name: str = "", reason: str = "",
) -> Institution:  # fmt: skip
    """Give an institution a new name from a day on. The old name stays on record and still finds it.

    Raises NotAllowed, RuleBroken or StaleRevision.
    """
    check(by, Permission.INSTITUTION_REGISTER, institution)
    row = _locked(institution, revision)
    rules.check_can_rename(row, name, valid_from)
    before = {"name": row.name, "short_name": row.short_name}
    row.versions.filter(valid_to=None).update(valid_to=valid_from)
    InstitutionVersion.objects.create(
        institution=row, name=name, short_name=short_name, valid_from=valid_from, source=source, recorded_at=clock.now()
    )
    for old in filter(None, dict.fromkeys(before.values())):
        InstitutionAlias.objects.get_or_create(
            institution=row, alias=old, defaults={"folded": fold(old), "valid_to": valid_from, "source": source}
        )
    row.name, row.short_name = name, short_name
    row.revision += 1
    row.save(update_fields=["name", "short_name", "revision"])
    record(
        Event.INSTITUTION_RENAMED, row, by=by, reason=reason, before=before,
        after={"name": name, "short_name": short_name}, valid_from=valid_from, source=source,
    )  # fmt: skip
    return row


@transaction.atomic
def add_alias(
    institution: Institution, *, alias: str, source: str, by: Actor, valid_from: date | None = None,
    valid_to: date | None = None, reason: str = "",
) -> InstitutionAlias:  # fmt: skip
    """Record another name of an institution, so that files which use it resolve. Adding it again changes nothing."""
    check(by, Permission.INSTITUTION_REGISTER, institution)
    if valid_from:
        rules.check_dates(valid_from, valid_to)
    row, made = InstitutionAlias.objects.get_or_create(
        institution=institution, alias=alias.strip(),
        defaults={"folded": fold(alias), "valid_from": valid_from, "valid_to": valid_to, "source": source},
    )  # fmt: skip
    if made:
        record(Event.ALIAS_ADDED, institution, by=by, reason=reason, alias=alias, source=source)
    return row


@transaction.atomic
def merge_institutions(
    merged: Institution, into: Institution, *, on: date, revision: int, by: Actor, reason: str
) -> InstitutionMerger:
    """Merge one institution into another: its names now find the other. Can be undone; its history stays its own.

    `revision` is that of the institution that is merged. Raises NotAllowed, RuleBroken or StaleRevision.
    """
    check(by, Permission.INSTITUTION_REGISTER, merged)
    check(by, Permission.INSTITUTION_REGISTER, into)
    row = _locked(merged, revision)
    into = Institution.objects.select_for_update().get(pk=into.pk)
    rules.check_can_merge(row, into)
    if row.valid_from:
        rules.check_dates(row.valid_from, on)
    merger = InstitutionMerger.objects.create(
        merged=row, into=into, on=on, reason=reason, former_valid_to=row.valid_to, recorded_at=clock.now()
    )
    for name in filter(None, dict.fromkeys((row.name, row.short_name))):
        InstitutionAlias.objects.get_or_create(
            institution=row, alias=name, defaults={"folded": fold(name), "source": _MERGED_ALIAS}
        )
    there = into.aliases.values("alias")
    moving = list(row.aliases.exclude(alias__in=there))
    row.aliases.filter(pk__in=[each.pk for each in moving]).update(institution=into)
    merger.moved_aliases.set(moving)
    row.merged_into, row.valid_to = into, on
    row.revision += 1
    row.save(update_fields=["merged_into", "valid_to", "revision"])
    record(
        Event.INSTITUTIONS_MERGED, row, by=by, reason=reason, into=into.code, on=on, aliases=[a.alias for a in moving]
    )
    transaction.on_commit(lambda: signals.institutions_merged.send(InstitutionMerger, merger=merger))
    return merger


@transaction.atomic
def undo_merger(merger: InstitutionMerger, *, by: Actor, reason: str) -> Institution:
    """Take a merger back: the institution stands again with its names. Raises NotAllowed or RuleBroken."""
    check(by, Permission.INSTITUTION_REGISTER, merger.merged)
    merger = InstitutionMerger.objects.select_for_update(of=("self",)).select_related("into").get(pk=merger.pk)
    rules.check_can_undo(merger)
    row = Institution.objects.select_for_update().get(pk=merger.merged_id)
    merger.moved_aliases.update(institution=row)
    row.merged_into, row.valid_to = None, merger.former_valid_to
    row.revision += 1
    row.save(update_fields=["merged_into", "valid_to", "revision"])
    merger.undone_at = clock.now()
    merger.save(update_fields=["undone_at"])
    record(Event.MERGER_UNDONE, row, by=by, reason=reason, into=merger.into_id)
    return row


@transaction.atomic
def publish_register(*, by: Actor) -> dict[str, int]:
    """Bring the shipped register and the posts it implies into the database, set by set.

    The same files again change nothing. Rows that people entered or renamed are left alone. Returns what was added and
    changed. Raises NotAllowed, BrokenFileError, or RuleBroken while the register of places is missing.
    """
    check(by, Permission.REGISTER_PUBLISH, "national")
    hashes = register_files.hashes()
    if set(RegisterFile.objects.values_list("name", "sha256")) >= set(hashes.items()):
        return {"institutions": 0, "changed": 0, "aliases": 0, "posts": 0}
    if not Space.objects.exists():
        raise RuleBroken(_("The register of places is empty. Publish it first: municipalities lie in spaces."))
    rows = register_files.institution_rows()
    known = Institution.objects.in_bulk()
    new = [_institution(row) for row in rows if row.code not in known]
    Institution.objects.bulk_create(new, batch_size=500)
    _first_versions(new)
    changed = [known[row.code] for row in rows if row.code in known and _refresh(known[row.code], row)]
    Institution.objects.bulk_update(changed, [*_REGISTERED, "revision"], batch_size=200)
    aliases = _publish_aliases()
    made = establish_posts(Institution.objects.filter(merged_into=None))
    now = clock.now()
    RegisterFile.objects.bulk_create(
        [RegisterFile(name=name, sha256=sha, recorded_at=now) for name, sha in hashes.items()], ignore_conflicts=True
    )
    counts = {"institutions": len(new), "changed": len(changed), "aliases": aliases, "posts": made}
    digest = hashlib.sha256("".join(f"{k}{v}" for k, v in sorted(hashes.items())).encode()).hexdigest()
    record(Event.REGISTER_PUBLISHED, "register:institutions", by=by, digest=digest, counts=counts)
    return counts


def establish_posts(institutions: Iterable[Institution]) -> int:
    """Create the posts that the institutions have by the rule of their kind and lack so far. Returns how many."""
    spaces, provinces = list(Space.objects.all()), list(Province.objects.all())
    wanted: dict[str, Post] = {}
    for institution in institutions:
        establishment = establishment_of(institution.code, institution.kind)
        for kind in establishment.posts:
            _want(wanted, institution, kind, None)
        for kind in establishment.per_space:
            for space in spaces:
                _want(wanted, institution, kind, space)
        for kind in establishment.per_province:
            for province in provinces:
                _want(wanted, institution, kind, province)
    owners = {post.institution_id for post in wanted.values()}
    there = {
        code for code, owner in Post.objects.values_list("code", "institution_id").iterator() if owner in owners
    }  # one pass: thousands of codes do not fit into one IN on SQLite
    missing = [post for code, post in wanted.items() if code not in there]
    Post.objects.bulk_create(missing, batch_size=500)
    return len(missing)


def _want(wanted: dict[str, Post], institution: Institution, kind: str, place: Space | Province | None) -> None:
    title = post_kinds()[kind].title
    code = f"{institution.code}.{kind.replace('_', '-')}"
    post = Post(institution=institution, code=code, title=title, kind=kind)
    if place is not None:
        post.code, post.title = f"{code}.{place.code.lower()}", f"{title}, {place.name}"
    if isinstance(place, Space):
        post.space = place
    elif isinstance(place, Province):
        post.province = place
    wanted[post.code] = post


def _institution(row: InstitutionRow) -> Institution:
    return Institution(
        code=row.code, name=row.name, short_name=row.short_name, sphere=row.sphere, kind=row.kind,
        province_id=row.province or None, municipality_code=row.municipality_code, space_id=row.space or None,
        valid_from=row.valid_from, valid_to=row.valid_to, source=row.source, as_at=row.as_at,
        is_verified=row.is_verified,
    )  # fmt: skip


def _refresh(institution: Institution, row: InstitutionRow) -> bool:
    """Take over what a newer file says of an institution, except its name; whether anything changed."""
    if row.as_at < institution.as_at or institution.merged_into_id:
        return False
    fresh = _institution(row)
    differing = [name for name in _REGISTERED if getattr(fresh, name) != getattr(institution, name)]
    for name in differing:
        setattr(institution, name, getattr(fresh, name))
    institution.revision += bool(differing)
    return bool(differing)


def _publish_aliases() -> int:
    there = set(InstitutionAlias.objects.values_list("institution_id", "alias"))
    codes = set(Institution.objects.values_list("code", flat=True))
    new = []
    for row in register_files.alias_rows():
        if row.code not in codes:
            raise BrokenFileError(
                f"{register_files.ALIAS_FILE}: {row.alias!r} names {row.code!r}, which is not registered"
            )
        if (row.code, row.alias) not in there:
            new.append(
                InstitutionAlias(
                    institution_id=row.code,
                    alias=row.alias,
                    folded=fold(row.alias),
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                    source=row.source,
                )
            )
    InstitutionAlias.objects.bulk_create(new, batch_size=500)
    return len(new)


def _first_versions(institutions: Iterable[Institution]) -> None:
    now = clock.now()
    InstitutionVersion.objects.bulk_create(
        [
            InstitutionVersion(
                institution=each,
                name=each.name,
                short_name=each.short_name,
                valid_from=each.valid_from,
                source=each.source,
                recorded_at=now,
            )
            for each in institutions
        ],
        batch_size=500,
    )


def _locked(institution: Institution, revision: int) -> Institution:
    row = Institution.objects.select_for_update().get(pk=institution.pk)
    if row.revision != revision:
        raise StaleRevision(current=row)
    return row


def _scopes(province: Province | None, space: Space | None) -> list[str]:
    keys = [f"space:{space.code}"] if space else []
    return [*keys, *([f"province:{province.code}"] if province else []), "national"]
