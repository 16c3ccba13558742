"""Memory: `record` appends; `told` says it in words; the sealer chains what is committed; `verify_chain` finds what was
altered or removed.
"""

from oneplan.platform.audit.log import history, newest_entry, record, subject_key
from oneplan.platform.audit.sealer import Flaw, head, seal_log, verify_chain
from oneplan.platform.audit.telling import register_teller, told

__all__ = [
    "Flaw", "head", "history", "newest_entry", "record", "register_teller", "seal_log", "subject_key", "told",
    "verify_chain",
]  # fmt: skip
