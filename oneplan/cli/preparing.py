"""What must be there before OnePlan serves: tables, registers, the approximate map, the sealing key."""

from collections.abc import Iterator
from io import StringIO

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction

from oneplan.access.actions import grant_role
from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.cli.prepared import OUTLINE, mark_prepared
from oneplan.institutions.actions import publish_register as publish_institutions
from oneplan.joint_planning.seal import current_key
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.actions import publish_approximate_map
from oneplan.spaces.actions import publish_register as publish_spaces


def prepare() -> Iterator[str]:
    """Migrate, load and draw; yields a line per step. Harmless to repeat."""
    call_command("migrate", interactive=False, verbosity=0, stdout=StringIO())
    yield "Database: up to date."
    by = system("set-up")
    publish_spaces(by=by)
    yield "Register of spaces, municipal areas and wards: loaded."
    publish_institutions(by=by)
    yield "Register of institutions and posts: loaded."
    publish_approximate_map(OUTLINE, by=by)
    yield "Approximate map: drawn. Import the Demarcation Board's files for the legal boundaries."
    yield f"Sealing key: {current_key().key_id}."
    mark_prepared()


@transaction.atomic
def make_administrator(*, email: str, name: str, password: str) -> User:
    """Open a system administrator's account. Raises RuleBroken for a weak password or a known address."""
    if User.objects.filter(email__iexact=email).exists():
        raise RuleBroken(f"{email} has an account already.")
    user = User(email=email.lower(), name=name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages)) from None
    user.set_password(password)
    user.save()
    grant_role(user, Role.SYSTEM_ADMINISTRATOR, "national", by=system("command line"))
    return user
