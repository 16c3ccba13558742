"""One content, one row of bytes: RFC 8785 (JSON canonicalisation), with the house's own types made plain first.

Money and other decimals become strings, instants UTC with a Z, text NFC. Floats are refused: a sum that prints
differently on two machines cannot be signed.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import rfc8785
from django.utils.functional import Promise


def plain(value: Any) -> Any:
    """The value with JSON types only. Raises TypeError for a float or for a type that has no agreed form.

    >>> plain({"cost": Decimal("1.50"), "on": date(2026, 4, 1)})
    {'cost': '1.50', 'on': '2026-04-01'}
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float. Sealed content holds decimals, as text.")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"{value!r} has no time zone.")
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | Promise):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(each) for each in value), key=str)
    raise TypeError(f"{type(value).__name__} has no agreed form in sealed content.")


def canonical_bytes(content: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a content: keys sorted, no spaces, UTF-8. Equal contents give equal bytes."""
    return rfc8785.dumps(plain(content))


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()
