"""Institutions and their posts. An institution acts; a space is acted in (Framework 5.1): two rooms, two tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oneplan.institutions.choices import Capacity, ChampionLevel, InstitutionKind, Power, Sphere
from oneplan.platform.documents import Document
from oneplan.platform.models import Revised
from oneplan.spaces.models import Province, Space

if TYPE_CHECKING:
    from typing import Self

_Row = TypeVar("_Row", bound=models.Model)


def _dates_in_order(name: str) -> models.CheckConstraint:
    """Validity is half open `[valid_from, valid_to)`, never empty, never reversed."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name
    )


class DatedQuerySet(models.QuerySet[_Row]):
    """Rows with `valid_from` and `valid_to`."""

    def valid_on(self, on: date) -> Self:
        """Rows in force on the date; an unknown beginning counts as always."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )

    def overlapping(self, valid_from: date, valid_to: date | None) -> Self:
        """Rows that share at least one day with `[valid_from, valid_to)`."""
        rows = self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from))
        return rows if valid_to is None else rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lt=valid_to))


class Institution(Revised):
    """An organ of state, an entity or a partner that can make a promise. Its code is its identity, never reused."""

    code = models.CharField(_("code"), max_length=60, primary_key=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    sphere = models.CharField(_("sphere"), max_length=10, choices=Sphere.choices, blank=True)
    kind = models.CharField(_("kind"), max_length=40, choices=InstitutionKind.choices)
    province = models.ForeignKey(
        Province, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("province"), related_name="+"
    )
    municipality_code = models.CharField(_("municipality code"), max_length=10, blank=True)
    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("space"), related_name="+"
    )
    valid_from = models.DateField(_("in being from"), null=True, blank=True)
    valid_to = models.DateField(_("in being until"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name=_("merged into")
    )
    source = models.CharField(_("source"), max_length=300)
    as_at = models.DateField(_("as at"))
    is_verified = models.BooleanField(_("verified"), default=False)

    objects = DatedQuerySet.as_manager()

    class Meta(Revised.Meta):
        abstract = False
        ordering = ["name", "code"]
        constraints = [_dates_in_order("institution_dates_in_order")]
        indexes = [
            models.Index(fields=["sphere", "province", "kind"], name="institution_sphere_idx"),
            models.Index(fields=["municipality_code"], name="institution_municipality_idx"),
        ]
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide. A municipality also answers to its space: one place, two rows, two rooms."""
        keys = [f"institution:{self.code}"]
        if self.space_id:
            keys.append(f"space:{self.space_id}")
        if self.province_id:
            keys.append(f"province:{self.province_id}")
        return [*keys, "national"]


class InstitutionVersion(models.Model):
    """What an institution was called, and from when. The names of past editions stay what they were."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["institution", F("valid_from").asc(nulls_first=True)]
        constraints = [
            _dates_in_order("institution_version_dates_in_order"),
            models.UniqueConstraint(
                fields=["institution"], condition=Q(valid_to__isnull=True), name="institution_one_current_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionAlias(models.Model):
    """Another name under which an institution is written: a former name, an abbreviation, a spelling seen in a file."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="aliases")
    alias = models.CharField(_("other name"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["institution", "alias"]
        constraints = [
            _dates_in_order("institution_alias_dates_in_order"),
            models.UniqueConstraint(fields=["institution", "alias"], name="institution_alias_once"),
        ]

    def __str__(self) -> str:
        return self.alias

    def is_valid_on(self, on: date) -> bool:
        """Whether the name was in use on the date, half open."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class InstitutionMerger(models.Model):
    """That one institution was merged into another, kept so that it can be undone; codes are never reused."""

    merged = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="mergers")
    into = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="mergers_in")
    on = models.DateField(_("on"))
    reason = models.TextField(_("reason"))
    moved_aliases = models.ManyToManyField(InstitutionAlias, related_name="+")
    former_valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="institution_merged_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.into_id}"


class RegisterFile(models.Model):
    """A register file that was published, by its hash: publishing it again changes nothing."""

    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "sha256"], name="register_file_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"


class Post(Revised):
    """A seat of duty. Posts, not people, own things: what a post owns stays when its holder goes.

    `kind` is a code of `parameters/posts.yaml`, which says what the post confers and at which scope.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(_("code"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40)
    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("space"), related_name="posts"
    )
    province = models.ForeignKey(
        Province, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("province"), related_name="+"
    )

    class Meta(Revised.Meta):
        abstract = False
        ordering = ["institution", "id"]
        indexes = [models.Index(fields=["kind", "space"], name="post_kind_space_idx")]
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[str]:
        """Scope keys of the space or province the post serves, if any, then of its institution; each once."""
        own = [f"space:{self.space_id}"] if self.space_id else []
        own += [f"province:{self.province_id}"] if self.province_id else []
        return list(dict.fromkeys([*own, *self.institution.scopes()]))


class Holding(models.Model):
    """That a person sat in a post, in some capacity, between two dates. Never rewritten, only ended.

    `person_name` is copied when the post is filled, so that history and past signatures keep the name of their day;
    `user` is the account that exercised the powers, if there was one.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="holdings"
    )
    person_name = models.CharField(_("name"), max_length=200)
    capacity = models.CharField(_("capacity"), max_length=10, choices=Capacity.choices, default=Capacity.HOLDER)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["post", "valid_from", "id"]
        constraints = [
            _dates_in_order("holding_dates_in_order"),
            # Overlaps of closed periods are refused by rules.check_can_fill_post on the locked post, on either engine;
            # the constraint is the last word on the case that two hurried people can reach: two open-ended holders.
            models.UniqueConstraint(
                fields=["post", "capacity"],
                condition=Q(valid_to__isnull=True) & ~Q(capacity="deputy"),
                name="holding_one_open_per_post",
            ),
        ]
        verbose_name = _("holding")

    def __str__(self) -> str:
        return self.person_name

    def scopes(self) -> list[str]:
        """The scopes of the post that is held."""
        return self.post.scopes()


class Delegation(models.Model):
    """Powers handed from one post to another in writing, for a time. Without its instrument it does not exist."""

    from_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations_given")
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations_received")
    powers = models.JSONField(_("powers"), default=list)
    instrument = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", verbose_name=_("instrument of delegation")
    )
    reference = models.CharField(_("reference of the instrument"), max_length=120)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))
    recorded_at = models.DateTimeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["from_post", "valid_from", "id"]
        constraints = [
            _dates_in_order("delegation_dates_in_order"),
            models.CheckConstraint(condition=~Q(from_post=F("to_post")), name="delegation_to_another_post"),
        ]
        verbose_name = _("delegation")

    def __str__(self) -> str:
        return f"{self.from_post} → {self.to_post}"

    def scopes(self) -> list[str]:
        """The scopes of the post that delegates."""
        return self.from_post.scopes()

    @property
    def powers_in_words(self) -> list[str]:
        """The delegated powers as pages and print name them."""
        return [str(Power(power).label) for power in self.powers]


class Champion(models.Model):
    """Who champions a space, and for whom. Many to many and dated: a space may have two, a person many."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="champions")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="championed")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="champions")
    level = models.CharField(_("level"), max_length=10, choices=ChampionLevel.choices)
    person_name = models.CharField(_("name"), max_length=200)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["space", "level", "valid_from", "id"]
        constraints = [_dates_in_order("champion_dates_in_order")]
        verbose_name = _("champion")

    def __str__(self) -> str:
        return self.person_name

    def scopes(self) -> list[str]:
        """A champion belongs to the space."""
        return self.space.scopes()
