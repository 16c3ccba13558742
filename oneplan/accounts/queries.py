"""Whose token it is, and which tokens somebody has."""

import hashlib

from django.db.models import QuerySet

from oneplan.accounts.models import Token
from oneplan.periods import clock


def hashed(secret: str) -> str:
    """What is kept of a token. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def tokens_of(user_id: int) -> QuerySet[Token]:
    """Every token a person made, the newest first; revoked and expired ones too."""
    return Token.objects.filter(user_id=user_id)


def standing_tokens(user_id: int) -> QuerySet[Token]:
    """Those that nobody revoked. An expired one keeps its name until it is revoked."""
    return tokens_of(user_id).filter(revoked_at=None)


def token_for(secret: str) -> Token | None:
    """The token with that secret, if it opens anything now. One query."""
    row = Token.objects.select_related("user").filter(secret_hash=hashed(secret)).first()
    return row if row and row.holds_at(clock.now()) else None
