"""From the words that people use to the keys of the log: "Waterberg", "DC36-C-0077", "F-018", "Refilwe"."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from oneplan.accounts.models import User
from oneplan.commitments.models import Commitment
from oneplan.exchange.models import ImportRun
from oneplan.institutions.models import Institution, Post
from oneplan.platform.errors import RuleBroken
from oneplan.platform.models import Document
from oneplan.spaces.models import Province, Space

MOST = 200  # things that one filter names; more says nothing, and is slow
_KEY = re.compile(r"[a-z]+:\S+")
_ELEMENT = re.compile(r"[A-Z]{1,3}-\S+")


def entries_about(words: str) -> Q:
    """The entries of the log about whatever is meant by some words: a name, a part of it, a reference or a key.

    A space means its editions and committees, too. For auditors alone: what they may see is not asked. Raises
    RuleBroken where more than `MOST` things are called so.
    """
    if _KEY.fullmatch(words):
        return Q(subject=words) | Q(subject__startswith=f"{words}:")
    if _ELEMENT.fullmatch(words):
        return Q(subject__startswith="edition:", subject__endswith=f":{words}")
    keys: set[str] = set()
    wholes = Q()
    for found in _FINDERS:
        for key in found(words):
            keys.add(key)
            if len(keys) > MOST:
                raise RuleBroken(_("Very many things are called so. Write more of the name, or a reference."))
    for code in (key.removeprefix("space:") for key in keys if key.startswith("space:")):
        for kind in ("edition", "committee", "plan"):
            wholes |= Q(subject=f"{kind}:{code}") | Q(subject__startswith=f"{kind}:{code}:")
    return Q(subject__in=keys) | wholes


def _commitments(words: str) -> Iterator[str]:
    """All that happens to a commitment, its parties and pledges, is remembered of the commitment."""
    rows = Commitment.objects.filter(Q(ref__iexact=words) | Q(title__icontains=words)).values_list("ref", flat=True)
    yield from (f"commitment:{ref}" for ref in rows[: MOST + 1])


def _places(words: str) -> Iterator[str]:
    yield from _keys("space", Space.objects.filter(Q(code__iexact=words) | Q(name__icontains=words)))
    yield from _keys("province", Province.objects.filter(Q(code__iexact=words) | Q(name__icontains=words)))


def _institutions(words: str) -> Iterator[str]:
    yield from _keys("institution", Institution.objects.filter(Q(code__iexact=words) | Q(name__icontains=words)))


def _posts(words: str) -> Iterator[str]:
    rows = Post.objects.filter(Q(code__iexact=words) | Q(title__icontains=words)).values_list("pk", "code")
    for pk, code in rows[: MOST + 1]:
        yield from (f"post:{pk}", f"post:{code}")


def _people(words: str) -> Iterator[str]:
    yield from _keys("user", User.objects.filter(Q(email__iexact=words) | Q(name__icontains=words)))


def _files(words: str) -> Iterator[str]:
    for kind in ("run", "importrun"):
        yield from _keys(kind, ImportRun.objects.filter(file_name__icontains=words))
    yield from _keys("document", Document.objects.filter(name__icontains=words))


def _keys(kind: str, rows: "QuerySet[Any]") -> Iterator[str]:
    yield from (f"{kind}:{pk}" for pk in rows.values_list("pk", flat=True)[: MOST + 1])


_FINDERS: tuple[Callable[[str], Iterator[str]], ...] = (_commitments, _places, _institutions, _posts, _people, _files)
