"""The lists behind the drop-downs: what a cell may say (`known`) and what is offered for it (`offered`)."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from oneplan.commitments.choices import (
    Acceptance,
    CommitmentKind,
    CommitmentState,
    FundingStatus,
    Novelty,
    PartyRole,
    ProjectStage,
)
from oneplan.commitments.models import Commitment, Pledge
from oneplan.commitments.queries import in_space
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.models import Institution, Post
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans.choices import Direction
from oneplan.plans.models import Edition
from oneplan.plans.queries import owner_posts
from oneplan.spaces.models import MunicipalArea, Ward
from oneplan.workbooks.cells import Listed
from oneplan.workbooks.languages import ENGLISH, Speaker

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_YEARS_OFFERED, _SOURCES_OFFERED = 10, 500
_FIXED: dict[str, type[TextChoices]] = {
    "kinds": CommitmentKind, "novelty": Novelty, "stages": ProjectStage, "statuses": FundingStatus,
    "directions": Direction, "commitment_states": CommitmentState, "answers": Acceptance, "roles": PartyRole,
}  # fmt: skip
# The lists whose words are ours, under the heading at which people find them.
LISTED: "dict[str, StrOrPromise]" = {
    "areas": _("Transformation area"), "kinds": _("Kind"), "novelty": _("New or existing"),
    "stages": _("Project stage"), "statuses": _("Funding status"), "directions": _("Which is better"),
    "yes_no": _("Yes or no"), "commitment_states": _("State"), "answers": _("Answer"), "roles": _("Role"),
}  # fmt: skip
_WARD = _("ward %(number)s, %(area)s")


class Lists:
    """The lists of one workbook, each read when it is first asked for. Keys are codes, values are words.

    `kept` are the words of ours that a workbook was issued with (`words`): it is read and compared in these.
    """

    def __init__(
        self, edition: Edition, institution: Institution | None = None, language: str = ENGLISH,
        kept: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:  # fmt: skip
        self.edition, self.institution = edition, institution
        self.space = edition.plan.space
        self.say, self._kept = Speaker(language), kept or {}
        self._known: dict[str, Listed] = {}
        self._offered: dict[str, dict[str, str]] = {}

    def known(self, name: str) -> Listed:
        """Everything that a cell of this list may say; empty for a list that is open."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def offered(self, name: str) -> dict[str, str]:
        """What the drop-down shows: of places those of the space, of institutions those that take part in it."""
        if name not in self._offered:
            self._offered[name] = self._offer(name)
        return self._offered[name]

    def words(self) -> dict[str, dict[str, str]]:
        """The words of ours in the lists, by list and code; kept with the workbook that is issued with them."""
        return {name: dict(self.known(name)) for name in LISTED} | {"wards": {"": self._ward_words()}}

    def _read(self, name: str) -> Listed:
        if name in LISTED:
            kept, english = self._kept.get(name, {}), Speaker(ENGLISH)
            sources = dict(self._sources(name))
            return Listed(
                {code: kept.get(code) or self.say(source) for code, source in sources.items()},
                english={code: english(source) for code, source in sources.items()},
            )
        if name == "municipal_areas":
            return Listed(MunicipalArea.objects.order_by("code").values_list("code", "name"))
        if name == "wards":
            return Listed(self._wards(Ward.objects.all()))
        if name == "institutions":
            return Listed(Institution.objects.filter(merged_into=None).order_by("code").values_list("code", "name"))
        if name == "posts":
            rows = Post.objects.select_related("institution").order_by("code")
            return Listed({post.code: f"{post.title}, {post.institution.name}" for post in rows})
        return Listed()

    def _sources(self, name: str) -> "Iterator[tuple[str, StrOrPromise]]":
        """Codes and English words of a list of ours."""
        if name == "areas":
            return ((area.code, area.label) for area in ruleset(self.edition.ruleset).areas)
        if name == "yes_no":
            return iter((("yes", _("Yes")), ("no", _("No"))))
        return iter(_FIXED[name].choices)

    def _ward_words(self) -> str:
        return self._kept.get("wards", {}).get("") or self.say(_WARD)

    def _wards(self, rows: QuerySet[Ward]) -> dict[str, str]:
        found = rows.order_by("code").values_list("code", "number", "municipal_area__name")
        words = self._ward_words()
        return {code: words % {"number": number, "area": area} for code, number, area in found}

    def _offer(self, name: str) -> dict[str, str]:
        if name == "municipal_areas":
            rows = MunicipalArea.objects.filter(space=self.space).order_by("code")
            return dict(rows.values_list("code", "name"))
        if name == "wards":
            return self._wards(Ward.objects.filter(municipal_area__space=self.space))
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
