"""A sealed edition as one file, and its verification.

The file is itself canonical JSON of seven members: content, content_sha256, format, key_id, previous_hash, public_key
and signature. The signature is detached (hexadecimal, over the content's canonical bytes), so that `openssl` can
check it. Because the file's own bytes must be canonical, and every member is tied to the content, there is no byte
that could be changed unseen.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from oneplan.joint_planning.canonical import canonical_bytes, sha256
from oneplan.joint_planning.seal.keys import SigningKey, fingerprint

BUNDLE_FORMAT = "oneplan-bundle-1"
_MEMBERS = {"content", "content_sha256", "format", "key_id", "previous_hash", "public_key", "signature"}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, in words, and whether it holds."""

    label: str
    holds: bool


@dataclass(frozen=True)
class Verdict:
    """What verification found. `is_trusted` is None where no keys were given to compare with."""

    is_intact: bool
    is_trusted: bool | None
    sentence: str
    checks: tuple[Check, ...] = ()
    content: dict[str, Any] = field(default_factory=dict)
    content_sha256: str = ""
    previous_hash: str = ""
    key_id: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether not a byte was changed and, where keys were given, one of them signed."""
        return self.is_intact and self.is_trusted is not False

    @property
    def sentences(self) -> list[str]:
        """The verdict and each thing that was looked at, line by line, for a terminal."""
        lines = [self.sentence]
        lines += [f"{_('holds') if check.holds else _('FAILS')}: {check.label}" for check in self.checks]
        if self.content_sha256:
            lines += [f"SHA-256: {self.content_sha256}", _("Key: %(key)s") % {"key": self.key_id}]
        return lines


def make_bundle(content: dict[str, Any], *, previous_hash: str, key: SigningKey) -> bytes:
    """Seal a content: the bytes of the file that is handed out. `content` must name the same previous hash itself."""
    content_bytes = canonical_bytes(content)
    return canonical_bytes(
        {
            "format": BUNDLE_FORMAT,
            "content": content,
            "content_sha256": sha256(content_bytes),
            "previous_hash": previous_hash,
            "key_id": key.key_id,
            "public_key": key.public,
            "signature": key.sign(content_bytes),
        }
    )


def verify_bundle(file: bytes, trusted_keys: Collection[str] | None = None) -> Verdict:
    """Judge a file, offline and without this installation's database. Never raises, whatever the bytes.

    `trusted_keys` are fingerprints published by the issuer; without them the verdict says who signed, not whether to
    believe.
    """
    bundle = _read(file)
    if bundle is None:
        return Verdict(
            False,
            None,
            _("This is not a sealed One Plan as it was issued: the file is not readable as one, or was reformatted."),
        )
    content = bundle["content"]
    content_bytes = rfc8785.dumps(content)
    raw_key = bytes.fromhex(bundle["public_key"])
    checks = (
        Check(_("The file has the form of a sealed One Plan."), bundle["format"] == BUNDLE_FORMAT),
        Check(_("The content matches its SHA-256."), sha256(content_bytes) == bundle["content_sha256"]),
        Check(_("The signing copy inside matches the hash that every party signed."), _copy_holds(content)),
        Check(_("The link to the edition before is the one that was sealed."), _link_holds(bundle)),
        Check(_("The key is the one that its name says."), fingerprint(raw_key) == bundle["key_id"]),
        Check(
            _("The signature was made over this content by this key."),
            _signed(raw_key, bundle["signature"], content_bytes),
        ),
    )
    is_intact = all(check.holds for check in checks)
    is_trusted = None if trusted_keys is None else bundle["key_id"] in trusted_keys
    return Verdict(
        is_intact, is_trusted, _sentence(is_intact, is_trusted), checks, content,
        bundle["content_sha256"], bundle["previous_hash"], bundle["key_id"],
    )  # fmt: skip


def verify_chain(files: Iterable[bytes], trusted_keys: Collection[str] | None = None) -> list[str]:
    """Judge the editions of one space, first to last. Returns what is wrong, in sentences; empty where all hold."""
    flaws, before, space = [], "", ""
    for number, file in enumerate(files, start=1):
        verdict = verify_bundle(file, trusted_keys)
        if not verdict.is_valid:
            flaws.append(_("File %(number)s: %(sentence)s") % {"number": number, "sentence": verdict.sentence})
            continue
        own_space = str(verdict.content.get("space", {}).get("code", ""))
        if space and own_space != space:
            flaws.append(_("File %(number)s belongs to another space than the one before.") % {"number": number})
        elif verdict.previous_hash != before:
            flaws.append(_("File %(number)s does not follow the edition before it.") % {"number": number})
        before, space = verdict.content_sha256, own_space
    return flaws


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _read(file: bytes) -> dict[str, Any] | None:
    """The bundle, if the file is one and its bytes are canonical."""
    try:
        bundle = json.loads(file.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant)
        if rfc8785.dumps(bundle) != file:
            return None
    except (ValueError, RecursionError, OverflowError, rfc8785.CanonicalizationError):
        return None
    if not isinstance(bundle, dict) or set(bundle) != _MEMBERS or not isinstance(bundle["content"], dict):
        return None
    others = _MEMBERS - {"content"}
    if not all(isinstance(bundle[name], str) for name in others):
        return None
    hexes = {"content_sha256": 64, "key_id": 64, "public_key": 64, "signature": 128}
    return bundle if all(_is_hex(bundle[name], length) for name, length in hexes.items()) else None


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= set("0123456789abcdef")


def _copy_holds(content: dict[str, Any]) -> bool:
    return isinstance(content.get("copy"), dict) and sha256(rfc8785.dumps(content["copy"])) == content.get(
        "copy_sha256"
    )


def _link_holds(bundle: dict[str, Any]) -> bool:
    seal = bundle["content"].get("seal")
    return isinstance(seal, dict) and seal.get("previous_hash") == bundle["previous_hash"]


def _signed(raw_key: bytes, signature: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw_key).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _sentence(is_intact: bool, is_trusted: bool | None) -> str:
    if not is_intact:
        return _("This plan was changed after it was sealed, or its seal was. Do not rely on it; download it again.")
    if is_trusted is None:
        return _("This plan is as it was sealed. Compare the key with the one that the issuer publishes.")
    if not is_trusted:
        return _(
            "This plan is whole, but it was sealed with a key that the issuer does not publish. Do not rely on it."
        )
    return _("This plan is as it was sealed, with a key of the issuer. Not one byte was changed.")
