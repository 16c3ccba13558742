"""What commands have in common: setting Django up, reading a day, knowing who acts, refusing."""

import os
import sys
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from oneplan.access.actors import Actor


def start() -> None:
    """Set Django up; only commands that need it pay for it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneplan.config.settings")
    django.setup()


def a_day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    """A day written YYYY-MM-DD, or none."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date. Write it like 2021-11-01.") from None


def actor(email: str | None) -> "Actor":
    """The person named by --as, else the command line itself."""
    from oneplan.access.actors import actor_for, system
    from oneplan.accounts.models import User

    if email is None:
        return system("command line")
    try:
        return actor_for(User.objects.get(email__iexact=email, is_active=True))
    except User.DoesNotExist:
        raise click.UsageError(f"Nobody with the address {email} has an open account.") from None


def refuse(sentence: str) -> NoReturn:
    """Say why not, and end with 1."""
    click.echo(sentence, err=True)
    sys.exit(1)
