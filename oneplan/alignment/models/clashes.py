"""Ties of commitments to projects, and clashes between projects. A computed candidate counts for nothing until a
person has said so; what a person said is kept when the candidates are computed anew."""

from typing import Any

from django.db import models
from django.db.models import Q

from oneplan.alignment.choices import ClashKind, ClashState, TieState
from oneplan.commitments.models import Commitment
from oneplan.platform.models import Revised
from oneplan.projects.models import Project


class Tie(Revised):
    """A commitment and the project by which it is delivered."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="ties")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="ties")
    likeness = models.FloatField()  # 0 to 1; 1: both came from the same row of the same source
    evidence: models.JSONField[Any, Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=TieState.choices, default=TieState.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-likeness", "id"]
        constraints = [models.UniqueConstraint(fields=["commitment", "project"], name="tie_once")]

    def __str__(self) -> str:
        return f"{self.commitment_id} = {self.project_id}"

    @property
    def audit_key(self) -> str:
        return f"tie:{self.pk}"

    def scopes(self) -> list[str]:
        """A tie lies where its commitment or its project does."""
        return list(dict.fromkeys([*self.commitment.scopes(), *self.project.scopes()]))


class Clash(Revised):
    """Two projects that get in each other's way, or one that lacks what must be there first (`right` is then null)."""

    kind = models.CharField(max_length=24, choices=ClashKind.choices)
    left = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="clashes_left")
    right = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="clashes_right")
    rule = models.CharField(max_length=40)  # of parameters/clashes.yaml
    weight = models.FloatField()  # 0 to 1: how sure the rule is
    starts_on = models.DateField(null=True)  # the time that both have in common, or by which it is needed
    ends_on = models.DateField(null=True)
    metres = models.FloatField(null=True)  # between the two
    evidence: models.JSONField[Any, Any] = models.JSONField(default=dict)  # what the sentence on the page is made from
    state = models.CharField(max_length=10, choices=ClashState.choices, default=ClashState.OPEN)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-weight", "id"]
        verbose_name_plural = "clashes"
        constraints = [
            models.UniqueConstraint(fields=["kind", "rule", "left", "right"], name="clash_once"),
            models.UniqueConstraint(fields=["kind", "rule", "left"], condition=Q(right=None), name="clash_of_one_once"),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | (Q(dismissed_at__isnull=False) & ~Q(reason="")),
                name="a_dismissal_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="clash_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.left_id} {self.right_id}"

    @property
    def audit_key(self) -> str:
        return f"clash:{self.pk}"

    def scopes(self) -> list[str]:
        """A clash lies where either of its projects does."""
        sides = [self.left, *([self.right] if self.right else [])]
        return list(dict.fromkeys(scope for side in sides for scope in side.scopes()))
