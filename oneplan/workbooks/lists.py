"""The lists behind the drop-downs: what a cell may say (`known`) and what is offered for it (`offered`)."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oneplan.commitments.choices import CommitmentKind, FundingStatus, Novelty, ProjectStage
from oneplan.commitments.models import Commitment, Pledge
from oneplan.commitments.queries import in_space
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.models import Institution, Post
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans.choices import Direction
from oneplan.plans.models import Edition
from oneplan.plans.queries import owner_posts
from oneplan.spaces.models import MunicipalArea, Ward

_YEARS_OFFERED, _SOURCES_OFFERED = 10, 500
_FIXED = {
    "kinds": CommitmentKind, "novelty": Novelty, "stages": ProjectStage, "statuses": FundingStatus,
    "directions": Direction,
}  # fmt: skip


class Lists:
    """The lists of one workbook, each read when it is first asked for. Keys are codes, values are labels."""

    def __init__(self, edition: Edition, institution: Institution | None = None) -> None:
        self.edition, self.institution = edition, institution
        self.space = edition.plan.space
        self._known: dict[str, dict[str, str]] = {}
        self._offered: dict[str, dict[str, str]] = {}

    def known(self, name: str) -> dict[str, str]:
        """Everything that a cell of this list may say; empty for a list that is open."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def offered(self, name: str) -> dict[str, str]:
        """What the drop-down shows: of places those of the space, of institutions those that take part in it."""
        if name not in self._offered:
            self._offered[name] = self._offer(name)
        return self._offered[name]

    def _read(self, name: str) -> dict[str, str]:
        if name in _FIXED:
            return {str(code): str(label) for code, label in _FIXED[name].choices}
        if name == "areas":
            return {area.code: area.label for area in ruleset(self.edition.ruleset).areas}
        if name == "yes_no":
            return {"yes": _("Yes"), "no": _("No")}
        if name == "municipal_areas":
            return dict(MunicipalArea.objects.order_by("code").values_list("code", "name"))
        if name == "wards":
            return _wards(Ward.objects.all())
        if name == "institutions":
            return dict(Institution.objects.filter(merged_into=None).order_by("code").values_list("code", "name"))
        if name == "posts":
            rows = Post.objects.select_related("institution").order_by("code")
            return {post.code: f"{post.title}, {post.institution.name}" for post in rows}
        return {}

    def _offer(self, name: str) -> dict[str, str]:
        if name == "municipal_areas":
            rows = MunicipalArea.objects.filter(space=self.space).order_by("code")
            return dict(rows.values_list("code", "name"))
        if name == "wards":
            return _wards(Ward.objects.filter(municipal_area__space=self.space))
        if name == "institutions":
            return self._institutions()
        if name == "posts":
            return {post.code: f"{post.title}, {post.institution.name}" for post in owner_posts(self.space)}
        if name == "years":
            first = self.edition.start_year - 1
            years = [FinancialYear(first + n, basis) for basis in Basis for n in range(_YEARS_OFFERED)]
            return {f"{year.label} {year.basis}": "" for year in years}
        if name == "sources":
            held = Commitment.objects.filter(in_space(self.space.pk)).values("pk")
            pledges = Pledge.objects.filter(party__commitment__in=held).exclude(funding_source="")
            sources = pledges.order_by("funding_source").values_list("funding_source", flat=True).distinct()
            return dict.fromkeys(sources[:_SOURCES_OFFERED], "")
        return self.known(name)

    def _institutions(self) -> dict[str, str]:
        if self.institution:
            return {self.institution.pk: self.institution.name}
        rows = Institution.objects.filter(merged_into=None)
        taking_part = rows.filter(involvements__plan_id=self.space.pk) | rows.filter(space=self.space)
        return dict(taking_part.distinct().order_by("code").values_list("code", "name"))


def _wards(rows: QuerySet[Ward]) -> dict[str, str]:
    found = rows.order_by("code").values_list("code", "number", "municipal_area__name")
    return {code: _("ward %(number)s, %(area)s") % {"number": number, "area": area} for code, number, area in found}
