"""Making and revoking tokens."""

import secrets
from datetime import timedelta

from django.db import transaction

from oneplan.accounts import rules
from oneplan.accounts.choices import Event
from oneplan.accounts.models import Token, User
from oneplan.accounts.queries import hashed
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.audit.log import Doer

PREFIX = "oneplan_"
_SEEN_EVERY = timedelta(minutes=5)


@transaction.atomic
def make_token(user: User, *, name: str, may_write: bool, days: int, by: Doer) -> tuple[Token, str]:
    """A new token, and its secret, which is told this once. Raises NotAllowed, RuleBroken."""
    rules.check_own(by, user.pk)
    User.objects.select_for_update().get(pk=user.pk)
    rules.check_can_make(user.pk, name, days)
    secret = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    token = Token.objects.create(
        user=user, name=name.strip(), secret_hash=hashed(secret), hint=secret[len(PREFIX) :][:4], may_write=may_write,
        made_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    after = {"name": token.name, "may_write": may_write, "expires_at": token.expires_at}
    record(Event.TOKEN_MADE, token, by=by, after=after, token=token.pk)
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: Doer) -> Token:
    """End a token at once. Raises NotAllowed, RuleBroken."""
    rules.check_own(by, token.user_id)
    row = Token.objects.select_for_update().get(pk=token.pk)
    rules.check_can_revoke(row)
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])
    record(Event.TOKEN_REVOKED, row, by=by, before={"name": row.name}, after={"revoked": True}, token=row.pk)
    return row


def note_use(token: Token) -> None:
    """Keep when a token was last used, to five minutes: reading must not write at every call."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > _SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
