"""Prints a draft line of access_matrix.yaml for each address that is not in it, as it behaves today.

    python -m tests.architecture.matrix_observe [ADDRESS …]

It writes nothing. What it prints is what is; what is right must be judged against oneplan/access/roles.py before it
goes into the table. Arguments of an address are guessed by their names; those it cannot guess are marked `?`.
"""

import os
import sys
from typing import Any

import pytest

ASKED = "ONEPLAN_OBSERVE"  # how main tells the test which addresses were asked for
# What an argument of this name usually means; `pk` and others that differ by room are asked of the reader.
USUAL = {
    "code": "DC36", "number": "$number", "ref": "$finding", "stage": "diagnostic", "institution": "lim-health",
    "rule": "$rule", "kind": "technical", "marker": "women", "chapter": "diagnostic", "post_code": "$post",
    "secret": "$secret", "subject": "$edition_subject",
}  # fmt: skip


def guess(name: str, converters: Any) -> dict[str, str]:
    room = name.partition(":")[0]
    of_room = {"commitments": {"ref": "$ref"}, "exchange": {"pk": "$run"}, "access": {"pk": "$person"}}.get(room, {})
    return {key: of_room.get(key, USUAL.get(key, "?")) for key in converters}


def test_observe(stage: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Run by `main` alone: its file name keeps it out of the suite."""
    from tests.architecture import test_access_matrix as matrix

    known = {matrix.address_name(name) for name in matrix.LINES}
    asked = os.environ.get(ASKED, "").split() or sorted(set(matrix.OURS) - known)
    for name in asked:
        arguments = guess(name, matrix.OURS[name].pattern.converters)
        line = matrix.LINES.setdefault(name, {"with": arguments} if arguments else {})
        with capsys.disabled():
            if "?" in line.get("with", {}).values():
                print(f"    {name}: {{with: {line['with']}}}  # say what ? is")  # noqa: T201
                continue
            cells = {
                method: [member for member, answer in answers.items() if matrix.is_let_in(answer)]
                for method, answers in matrix.observed(stage, name).items()
            }
            told = ", ".join(f"{method}: [{', '.join(who)}]" for method, who in cells.items() if who)
            given = ", ".join(f"{key}: {value}" for key, value in line.get("with", {}).items())
            print(f"    {name}: {{{f'with: {{{given}}}, ' if given else ''}{told}}}")  # noqa: T201


def main() -> int:
    os.environ[ASKED] = " ".join(sys.argv[1:])
    return int(pytest.main([__file__, "-q", "-p", "no:cacheprovider"]))


if __name__ == "__main__":
    sys.exit(main())
