"""What must be there before OnePlan serves: tables, registers, the approximate map, the sealing key."""

import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction

from oneplan import __version__
from oneplan.access.actions import grant_role
from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.institutions.actions import publish_register as publish_institutions
from oneplan.joint_planning.seal import current_key
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.actions import publish_approximate_map
from oneplan.spaces.actions import publish_register as publish_spaces

OUTLINE = settings.PACKAGE / "static" / "dist" / "data" / "countries-10m.json"


def _fingerprint() -> str:
    """Changes whenever code or shipped data could need preparing again: version, migrations, register files."""
    sha = hashlib.sha256(__version__.encode())
    shipped = [
        *settings.PACKAGE.glob("*/migrations/*.py"),
        *settings.PACKAGE.glob("*/register/*"),
        *settings.PACKAGE.glob("institutions/parameters/*.yaml"),
        *([OUTLINE] if OUTLINE.exists() else []),
    ]
    for path in sorted(shipped):
        sha.update(f"{path.relative_to(settings.PACKAGE)}:{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    database = settings.DATABASES["default"]
    sha.update(f"{database['ENGINE']}:{database.get('HOST', '')}:{database['NAME']}".encode())
    return sha.hexdigest()


def is_prepared() -> bool:
    """Whether nothing changed since the last `prepare` and the database still holds its tables."""
    mark = Path(settings.HOME) / "prepared.json"
    try:
        if json.loads(mark.read_text(encoding="utf-8"))["fingerprint"] != _fingerprint():
            return False
    except (OSError, ValueError, KeyError):
        return False
    with connection.cursor() as cursor:
        return "spaces_space" in connection.introspection.table_names(cursor)


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
    mark = Path(settings.HOME) / "prepared.json"
    mark.write_text(json.dumps({"fingerprint": _fingerprint(), "version": __version__}), encoding="utf-8")


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
