"""The seal: keys of this installation, the bundle that is handed out, and its verification by anybody, offline."""

from oneplan.joint_planning.seal.bundles import BUNDLE_FORMAT, Verdict, make_bundle, verify_bundle, verify_chain
from oneplan.joint_planning.seal.keys import (
    PublicKey,
    current_key,
    ensure_key,
    keys_folder,
    public_keys,
    rotate_key,
    trusted_keys,
)

__all__ = [
    "BUNDLE_FORMAT",
    "PublicKey",
    "Verdict",
    "current_key",
    "ensure_key",
    "keys_folder",
    "make_bundle",
    "public_keys",
    "rotate_key",
    "trusted_keys",
    "verify_bundle",
    "verify_chain",
]
