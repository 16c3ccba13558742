"""The signing keys of this installation: Ed25519, in `ONEPLAN_HOME/keys`, private halves readable by the owner alone.

A key's name is its fingerprint, the SHA-256 of its raw public half. `current` names the key that signs. Rotation
makes a new key and destroys the old private half; the public half stays, so that what it signed can be verified for
ever.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings


@dataclass(frozen=True)
class PublicKey:
    """The public half of a key: fingerprint, raw 32 bytes in hexadecimal, PEM for other tools, and whether it signs
    now.
    """

    key_id: str
    raw: str
    pem: str
    is_current: bool


@dataclass(frozen=True)
class SigningKey:
    """The key that signs now."""

    key_id: str
    public: str
    private: Ed25519PrivateKey

    def sign(self, message: bytes) -> str:
        """The detached signature of the message, in hexadecimal."""
        return self.private.sign(message).hex()


def fingerprint(raw_public_key: bytes) -> str:
    """The name of a key: the SHA-256 of its raw public half."""
    return hashlib.sha256(raw_public_key).hexdigest()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def keys_folder() -> Path:
    """Where the keys lie: private halves as `.pem`, public halves as `.pub`."""
    folder = Path(settings.HOME) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write whole or not at all; the mode is set before a byte is there."""
    staged = path.with_suffix(path.suffix + f".{os.getpid()}.new")
    staged.unlink(missing_ok=True)
    handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    staged.replace(path)


def _make_key(folder: Path) -> str:
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    key_id = fingerprint(_raw(public))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(folder / f"{key_id}.pem", pem, 0o600)
    _write(folder / f"{key_id}.pub", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    _write(folder / "current", key_id.encode(), 0o644)
    return key_id


def _current_id(folder: Path) -> str:
    try:
        return (folder / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def current_key() -> SigningKey:
    """The key that signs now; the first call on a new installation makes it. Raises ValueError for a foreign kind of
    key.
    """
    folder = keys_folder()
    key_id = _current_id(folder) or _make_key(folder)
    private = load_pem_private_key((folder / f"{key_id}.pem").read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey) or fingerprint(_raw(private.public_key())) != key_id:
        raise ValueError(f"{folder / key_id}.pem is not the Ed25519 key that its name says.")
    return SigningKey(key_id, _raw(private.public_key()).hex(), private)


def ensure_key() -> str:
    """Make the first key where there is none. Returns the fingerprint of the key that signs now."""
    return current_key().key_id


def rotate_key() -> SigningKey:
    """Make a new signing key. The old private half is destroyed, the old public half is kept."""
    folder = keys_folder()
    old = _current_id(folder)
    _make_key(folder)
    if old:
        (folder / f"{old}.pem").unlink(missing_ok=True)
    return current_key()


def public_keys() -> list[PublicKey]:
    """Every key that this installation signed with, the current one first."""
    folder = keys_folder()
    current = _current_id(folder)
    keys = []
    for path in sorted(folder.glob("*.pub")):
        key = load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey) and fingerprint(_raw(key)) == path.stem:
            pem = path.read_text(encoding="ascii")
            keys.append(PublicKey(path.stem, _raw(key).hex(), pem, path.stem == current))
    return sorted(keys, key=lambda each: (not each.is_current, each.key_id))


def trusted_keys() -> frozenset[str]:
    """The fingerprints of every key that this installation signed with."""
    return frozenset(each.key_id for each in public_keys())
