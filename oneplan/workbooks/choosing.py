"""What becomes of each row of a comparison: what somebody decided, else what happens by itself. Pure."""

from collections.abc import Mapping
from typing import Any

from oneplan.workbooks.choices import Standing
from oneplan.workbooks.comparing import Compared, Comparison

THEIRS, NOW = "theirs", "now"


class Choice:
    """A row with what was decided for it, or what happens by itself."""

    def __init__(self, row: Compared, choice: Mapping[str, Any]) -> None:
        self.row, self.decided = row, bool(choice)
        self.take: bool = choice.get("take", row.is_taken_by_itself)
        sides = choice.get("fields", {})
        self.fields = [(each, sides.get(each.key, NOW)) for each in row.fields]
        self.is_stale, self.is_new = row.standing == Standing.STALE, row.standing == Standing.NEW
        self.is_gone, self.is_refused = row.standing == Standing.GONE, row.standing == Standing.REFUSED


def choice_of(row: Compared, *, take: bool, sides: Mapping[str, str]) -> dict[str, Any]:
    """What is kept of a choice for one row.

    What was changed on both sides is chosen column by column (`sides`, "theirs" or "now"); every column that is not
    named stays as the house has it.
    """
    if row.standing != Standing.STALE:
        return {"take": take}
    kept = {each.key: sides.get(each.key, NOW) for each in row.fields if each.by_them}
    return {"take": THEIRS in kept.values(), "fields": kept}


def chosen_rows(found: Comparison, choices: Mapping[str, Any]) -> list[tuple[Compared, dict[str, Any]]]:
    """The rows to take in with the values to take: what was decided, else changed and new rows, and nothing stale."""
    chosen = []
    for row in found.rows:
        decided = choices.get(row.key, {})
        if not row.may_be_taken or not decided.get("take", row.is_taken_by_itself):
            continue
        values = row.values
        if row.standing == Standing.STALE:
            sides = decided.get("fields", {})
            values = {
                each.key: each.value
                for each in row.fields
                if each.by_them and sides.get(each.key, "now" if each.is_conflict else "theirs") == "theirs"
            }
            if not values:
                continue
        chosen.append((row, values))
    return chosen
