"""Links of the thread: plan items, commitments, projects and the budget lines that pay for them.

A budget line is the finest part of a dataset that has a name of its own: institution, vote, programme and subprogramme,
project, function and fund, over all items, years, places and kinds of amounts. Lines of a dataset do not overlap, so
shares of lines can be added up and reconciled with the source to the cent.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from oneplan.alignment.choices import LinkAnswerKind, LinkKind, LinkOrigin, LinkState
from oneplan.budgets.choices import Standing
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Delegation, Institution, Post
from oneplan.platform.models import Revised
from oneplan.projects.models import Project
from oneplan.source_plans.models import PlanItem


class BudgetLine(models.Model):
    """A line of a budget as its source names it, written down when somebody first links it. Amounts stay in builds."""

    key = models.CharField(max_length=64, unique=True)  # SHA-256 of dataset, institution and the codes below
    dataset = models.CharField(max_length=40)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="budget_lines")
    vote = models.CharField(max_length=40, blank=True)
    vote_name = models.CharField(max_length=200, blank=True)
    programme = models.CharField(max_length=40, blank=True)
    programme_name = models.CharField(max_length=300, blank=True)
    subprogramme = models.CharField(max_length=40, blank=True)
    subprogramme_name = models.CharField(max_length=300, blank=True)
    project = models.CharField(max_length=200, blank=True)
    project_name = models.CharField(max_length=500, blank=True)
    function_chart = models.CharField(max_length=60, blank=True)
    function = models.CharField(max_length=120, blank=True)
    function_name = models.CharField(max_length=300, blank=True)
    fund_chart = models.CharField(max_length=60, blank=True)
    fund = models.CharField(max_length=120, blank=True)
    fund_name = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=600)  # what people read: the most telling names, most particular first
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.PUBLIC)
    recorded_at = models.DateTimeField()
    build = models.CharField(max_length=80)  # in which it was found

    class Meta:
        ordering = ["dataset", "institution", "label"]
        constraints = [models.CheckConstraint(condition=Q(standing__in=Standing.values), name="line_standing_is_known")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_sample(self) -> bool:
        return self.standing == Standing.SAMPLE

    def scopes(self) -> list[str]:
        """Those of the institution whose budget it is."""
        return self.institution.scopes()


_ENDS = {
    LinkKind.ITEM_ITEM: ("item", "above"),
    LinkKind.COMMITMENT_ITEM: ("commitment", "item"),
    LinkKind.COMMITMENT_LINE: ("commitment", "line"),
    LinkKind.PROJECT_ITEM: ("project", "item"),
    LinkKind.PROJECT_LINE: ("project", "line"),
    LinkKind.LINE_ITEM: ("line", "item"),
}
_ALL_ENDS = ("item", "above", "commitment", "project", "line")


def _ends_fit() -> Q:
    """Exactly the two ends that a kind names are there."""
    told = Q()
    for kind, ends in _ENDS.items():
        told |= Q(kind=kind, **{f"{end}__isnull": end not in ends for end in _ALL_ENDS})
    return told


class Link(Revised):
    """Two things that belong together. `share`: of a budget line, which part of it pays for the other end."""

    kind = models.CharField(max_length=16, choices=LinkKind.choices)
    item = models.ForeignKey(PlanItem, null=True, on_delete=models.PROTECT, related_name="links")
    above = models.ForeignKey(PlanItem, null=True, on_delete=models.PROTECT, related_name="served_by")
    commitment = models.ForeignKey(Commitment, null=True, on_delete=models.PROTECT, related_name="links")
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="links")
    line = models.ForeignKey(BudgetLine, null=True, on_delete=models.PROTECT, related_name="links")
    share = models.DecimalField(max_digits=13, decimal_places=12, null=True, blank=True)  # above 0, at most 1
    confidence = models.FloatField(null=True)  # calibrated, 0 to 1; null: a person wrote it
    evidence: models.JSONField[Any, Any] = models.JSONField(default=dict)
    origin = models.CharField(max_length=8, choices=LinkOrigin.choices, default=LinkOrigin.COMPUTED)
    state = models.CharField(max_length=10, choices=LinkState.choices, default=LinkState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = [models.F("confidence").desc(nulls_first=True), "id"]
        indexes = [models.Index(fields=["state", "kind"], name="link_by_state")]
        constraints = [
            models.CheckConstraint(condition=_ends_fit(), name="a_link_has_the_ends_of_its_kind"),
            models.CheckConstraint(condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="link_share_is_a_part"),
            *(
                models.UniqueConstraint(fields=list(ends), condition=Q(kind=kind), name=f"link_{kind.value}_once")
                for kind, ends in _ENDS.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def audit_key(self) -> str:
        return f"link:{self.pk}"

    @property
    def ends(self) -> tuple[str, str]:
        """The names of its two ends, as they are read."""
        return _ENDS[LinkKind(self.kind)]

    @property
    def counts(self) -> bool:
        """Whether it counts in ledgers and coverage."""
        return self.state == LinkState.CONFIRMED

    def scopes(self) -> list[str]:
        """A link lies where either of its ends does."""
        found = [getattr(self, end) for end in self.ends]
        return list(dict.fromkeys(scope for end in found for scope in end.scopes()))


class LinkAnswer(models.Model):
    """What an institution that a link binds says of it: its accounting officer or a written delegate. Kept, all."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="answers")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=LinkAnswerKind.choices)
    reason = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=200)  # name and post, as they stood that day
    answered_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.PROTECT, related_name="+")
    is_standing = models.BooleanField(default=True)

    class Meta:
        ordering = ["-answered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "institution"], condition=Q(is_standing=True), name="one_standing_link_answer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.answer} {self.link_id}"
