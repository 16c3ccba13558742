"""What a row may name besides places and institutions: an office of its lead, elements of its space's plan."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from oneplan.commitments import queries
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.rows import Row
from oneplan.exchange.values import fold
from oneplan.institutions.models import Institution, Post
from oneplan.spaces.models import Space

_APART = re.compile(r"[;,\s]+")


class Offices:
    """The posts of leading institutions, those of each read once."""

    def __init__(self, institutions: Mapping[str, Institution]) -> None:
        self._institutions = institutions
        self._posts: dict[str, list[tuple[int, str, str]]] = {}

    def named(self, row: Row, lead: str) -> int | None:
        """The key of the post that the row says is accountable, by its title or code. None where it says nothing.

        An office that the lead does not have refuses the row: another institution's post cannot answer for it.
        """
        said = (row["accountable_post"] or "").strip()
        if not said:
            return None
        if lead not in self._posts:
            held = Post.objects.filter(institution=lead).order_by("id").values_list("pk", "title", "code")
            self._posts[lead] = list(held)
        posts = self._posts[lead]
        meant = [pk for pk, title, code in posts if fold(said) in (fold(title), fold(code))]
        if len(meant) == 1:
            return meant[0]
        facts: dict[str, Any] = {
            "lead": self._institutions[lead].name, "office": said,
            "known": "; ".join(f"{title} ({code})" for _pk, title, code in posts[:12]),
        }  # fmt: skip
        if meant:
            row.refuse(
                "accountable_post", IssueKind.AMBIGUOUS,
                _("%(lead)s has several offices %(office)s. Write the code of one: %(known)s.") % facts,
            )  # fmt: skip
        else:
            row.refuse(
                "accountable_post", IssueKind.BAD_CHOICE,
                (_("%(lead)s has no office %(office)s. Its offices are: %(known)s.") if posts
                 else _("%(lead)s has no office on record. Register its posts first, or leave the cell empty."))
                % facts,
            )  # fmt: skip
        return None


class Elements:
    """The outcomes and strategies of the spaces' plans, those of each space read once."""

    def __init__(self, spaces: Mapping[str, Space]) -> None:
        self._spaces = spaces
        self._refs: dict[str, dict[str, str]] = {}

    def named(self, row: Row, code: str) -> tuple[str, ...]:
        """The references of what the row says it serves in the space's plan; one that is not there refuses the row."""
        said = list(filter(None, _APART.split(row["serves"] or "")))
        if not said:
            return ()
        if code not in self._refs:
            self._refs[code] = {each.ref.casefold(): each.ref for each in queries.servable(self._spaces[code])}
        known = self._refs[code]
        strange = [ref for ref in said if ref.casefold() not in known]
        if not strange:
            return tuple(dict.fromkeys(known[ref.casefold()] for ref in said))
        facts = {
            "space": self._spaces[code].name,
            "refs": ", ".join(strange),
            "known": ", ".join(list(known.values())[:40]),
        }
        row.refuse(
            "serves", IssueKind.BAD_CHOICE,
            (_("The plan of %(space)s has no outcome or strategy %(refs)s. It has: %(known)s.") if known
             else _("The plan of %(space)s has no outcome or strategy yet, so nothing can serve %(refs)s. Write them"
                    " first, or leave the cell empty."))
            % facts,
        )  # fmt: skip
        return ()
