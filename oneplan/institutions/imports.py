"""What a row of a table of institutions means: a new institution, or a correction of one that is known by its code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.rows import Row
from oneplan.exchange.targets import Target, TargetType
from oneplan.institutions import actions
from oneplan.institutions.choices import InstitutionKind, Sphere
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import Directory
from oneplan.periods import clock
from oneplan.spaces.models import Province, Space

if TYPE_CHECKING:
    from oneplan.exchange.models import ImportRun

_FIELDS = ("short_name", "sphere", "kind", "province_id", "space_id")


class InstitutionRows:
    """Reads institutions. A code that exists is corrected; a name that exists under another code is refused."""

    def __init__(self, order: ImportOrder) -> None:
        self.as_at: date = order.as_at or clock.today()
        self.directory = Directory(self.as_at)
        self.known = Institution.objects.in_bulk()
        self.spaces = {s.code.casefold(): s.code for s in Space.objects.all()}
        self.provinces = {key.casefold(): p.code for p in Province.objects.all() for key in (p.code, p.name)}
        self.codes: set[str] = set()

    def check(self, rows: Sequence[Row]) -> None:
        """Find places, and refuse codes that stand twice and names that another institution bears."""
        for row in rows:
            code = str(row["code"]).strip().lower()
            row.found["code"] = code
            if code in self.codes:
                row.refuse(
                    "code", IssueKind.DUPLICATE_ROW, _("The code stands twice in this file. Keep one of the rows.")
                )
            self.codes.add(code)
            self._place(
                row, "province", self.provinces, _("There is no province %(name)s. Write its code, such as LIM.")
            )
            self._place(row, "space", self.spaces, _("There is no space %(name)s. Write its code, such as DC36."))
            if code not in self.known:
                self._check_new(row)

    def _place(self, row: Row, target: str, places: dict[str, str], sentence: str) -> None:
        if row[target] is None:
            return
        found = places.get(str(row[target]).casefold())
        if found is None:
            row.refuse(target, IssueKind.UNKNOWN_PLACE, sentence % {"name": row[target]})
        row.found[target] = found

    def _check_new(self, row: Row) -> None:
        for needed in ("name", "kind"):
            if row[needed] is None:
                row.refuse(needed, IssueKind.REQUIRED, _("A new institution needs this. Fill it in."))
        if row["name"] is None:
            return
        same = self.directory.resolve(str(row["name"]), province=row.found.get("province"), sphere=row["sphere"])
        if same.matches:
            row.refuse(
                "name",
                IssueKind.AMBIGUOUS,
                _("%(name)s is registered as %(code)s. Use that code, or another name.")
                % {"name": row["name"], "code": same.matches[0].institution.code},
            )

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Register the new ones, rename and correct the known ones."""
        for row in rows:
            code = row.found["code"]
            institution = self.known.get(code)
            if institution is None:
                self._register(row, run.source, by)
            else:
                self._correct(institution, row, run.source, by)
            row.subject = code

    def _register(self, row: Row, source: str, by: Actor) -> None:
        province, space = row.found.get("province"), row.found.get("space")
        actions.register_institution(
            code=row.found["code"], name=row["name"], short_name=row["short_name"] or "", sphere=row["sphere"] or "",
            kind=row["kind"], province=Province.objects.get(code=province) if province else None,
            space=Space.objects.get(code=space) if space else None, source=source, as_at=self.as_at, by=by,
            is_verified=bool(row["is_verified"]),
        )  # fmt: skip

    def _correct(self, institution: Institution, row: Row, source: str, by: Actor) -> None:
        if row["name"] and row["name"] != institution.name:
            institution = actions.rename_institution(
                institution, name=row["name"], short_name=row["short_name"] or institution.short_name,
                valid_from=self.as_at, source=source, revision=institution.revision, by=by,
            )  # fmt: skip
        said = {
            "short_name": row["short_name"], "sphere": row["sphere"], "kind": row["kind"],
            "province_id": row.found.get("province"), "space_id": row.found.get("space"),
        }  # fmt: skip
        changes = {name: said[name] for name in _FIELDS if said[name] not in (None, getattr(institution, name))}
        if row["is_verified"] is not None and row["is_verified"] != institution.is_verified:
            changes["is_verified"] = row["is_verified"]
        if changes:
            actions.update_institution(
                institution, revision=institution.revision, by=by, source=source, as_at=self.as_at,
                reason=_("Import from %(source)s") % {"source": source}, **changes,
            )  # fmt: skip


KIND = Kind(
    name="institutions",
    title=gettext_lazy("Institutions"),
    permission=Permission.INSTITUTION_REGISTER,
    targets=(
        Target("code", gettext_lazy("Code"), TargetType.CODE, required=True, most=60),
        Target("name", gettext_lazy("Name"), aliases=("Institution", "Department"), most=200),
        Target("short_name", gettext_lazy("Short name"), aliases=("Abbreviation",), most=80),
        Target("sphere", gettext_lazy("Sphere"), TargetType.CHOICE, choices=dict(Sphere.choices)),
        Target("kind", gettext_lazy("Kind"), TargetType.CHOICE, choices=dict(InstitutionKind.choices)),
        Target("province", gettext_lazy("Province"), TargetType.PLACE),
        Target("space", gettext_lazy("Space"), TargetType.PLACE),
        Target("is_verified", gettext_lazy("Verified"), TargetType.YES_NO),
    ),
    row_key=("code",),
    needs=frozenset({"source"}),
    takes=frozenset({"as_at"}),
    reader=InstitutionRows,
)
