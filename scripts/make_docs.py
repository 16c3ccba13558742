"""`make docs`: writes docs/roles.md from access/roles.py. A test fails when the two differ."""

import sys
from pathlib import Path

from oneplan.access.roles import ROLES

TARGET = Path(__file__).resolve().parent.parent / "docs" / "roles.md"


def roles_page() -> str:
    """The page's text."""
    lines = [
        "# Roles",
        "",
        "Generated from `oneplan/access/roles.py` by `make docs`; do not edit.",
        "",
        "A role is granted at a scope. Signing authority is never granted: it comes with a post, or with a written",
        "delegation from the post. Everybody, signed in or not, may read adopted plans.",
        "",
    ]
    for role, definition in ROLES.items():
        lines += [
            f"## {definition.name}",
            "",
            definition.description,
            "",
            f"- Name in code: `{role.value}`",
            f"- Granted for: {', '.join(definition.scopes)}",
            f"- May: {', '.join(f'`{permission}`' for permission in sorted(definition.permissions))}",
            "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    TARGET.write_text(roles_page(), encoding="utf-8")
    sys.stdout.write(f"Wrote {TARGET.name}.\n")
