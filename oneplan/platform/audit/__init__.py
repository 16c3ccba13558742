"""Memory: `record` appends; the sealer chains what is committed; `verify_chain` finds what was altered or removed."""

from oneplan.platform.audit.log import history, record, subject_key
from oneplan.platform.audit.sealer import Flaw, head, seal_log, verify_chain

__all__ = ["Flaw", "head", "history", "record", "seal_log", "subject_key", "verify_chain"]
