"""Who holds which role where, since when; and invitations."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oneplan.access.roles import ROLES, Role

ROLE_CHOICES = [(role.value, definition.name) for role, definition in ROLES.items()]


class RoleAssignment(models.Model):
    """A role at a scope key for a time. `source` says what gave it: "granted" by a person, or "post:12"."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=40)
    scope_key = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=120, default="granted")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope_key", "source"], condition=Q(valid_to=None), name="role_assigned_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="role_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition_name} · {self.scope_key}"

    @property
    def definition_name(self) -> str:
        return ROLES[Role(self.role)].name

    @property
    def audit_key(self) -> str:
        return f"user:{self.user_id}"

    def scopes(self) -> list[str]:
        return [self.scope_key, "national"] if self.scope_key != "national" else ["national"]


class Invitation(models.Model):
    """A letter to one address that opens an account with one role, or with what a post confers.

    Only a hash of its secret is kept. `seat_key` says which seat waits for the account (the room of posts knows what it
    means), `seat_name` what it is called; the role is empty then.
    """

    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=40, blank=True)
    seat_key = models.CharField(max_length=60, blank=True)
    seat_name = models.CharField(max_length=400, blank=True)
    scope_key = models.CharField(max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="") & ~Q(seat_key="") | ~Q(role="") & Q(seat_key=""),
                name="invitation_to_a_role_or_a_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.role_name}"

    @property
    def role_name(self) -> str:
        return ROLES[Role(self.role)].name if self.role else self.seat_name
