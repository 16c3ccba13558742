"""Verbs of this room: the only place that writes its tables."""

from oneplan.alignment.actions.deciding import confirm_tie, dismiss_clash, reject_tie, reopen_clash, undo_tie

__all__ = ["confirm_tie", "dismiss_clash", "reject_tie", "reopen_clash", "undo_tie"]
