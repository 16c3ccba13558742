"""The names behind the keys of the log: people, posts, institutions, spaces, promises, files. Looked up together.

A page of the log names fifty things of ten kinds; each kind is asked for once, however many of them there are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from oneplan.accounts.models import User
from oneplan.commitments.models import Commitment
from oneplan.committees.choices import CommitteeKind
from oneplan.exchange.models import ImportRun
from oneplan.frameworks.queries import gates, ruleset, rulesets
from oneplan.institutions.models import Institution, Post
from oneplan.platform.models import Document
from oneplan.projects.models import Programme, Project
from oneplan.spaces.models import BoundaryRelease, MunicipalArea, Province, Space

Rows = Mapping[str, str]


def stage_label(code: str) -> str:
    """What the rule sets call a stage; the newest that knows it speaks."""
    for rules in reversed(rulesets()):
        for stage in rules.stages:
            if stage.code == code:
                return stage.label
    return code.replace("_", " ")


def gate_label(code: str) -> str:
    """The words of a rule of a gate."""
    return gates()[code].label if code in gates() else code.replace("_", " ")


def ruleset_label(code: str) -> str:
    """The name of a rule set."""
    return ruleset(code).label if code in {rules.code for rules in rulesets()} else code


def _people(keys: set[str]) -> Rows:
    rows = User.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    return {str(row.pk): row.name for row in rows}


def _posts(keys: set[str]) -> Rows:
    numbers = [key for key in keys if key.isdecimal()]
    rows = Post.objects.filter(Q(pk__in=numbers) | Q(code__in=keys)).select_related("institution")
    names = {}
    for row in rows:
        names[str(row.pk)] = names[row.code] = f"{row.title}, {row.institution.name}"
    return names


def _institutions(keys: set[str]) -> Rows:
    return dict(Institution.objects.filter(pk__in=keys).values_list("pk", "name"))


def _spaces(keys: set[str]) -> Rows:
    return dict(Space.objects.filter(pk__in=keys).values_list("pk", "name"))


def _areas(keys: set[str]) -> Rows:
    return dict(MunicipalArea.objects.filter(pk__in=keys).values_list("pk", "name"))


def _provinces(keys: set[str]) -> Rows:
    return dict(Province.objects.filter(pk__in=keys).values_list("pk", "name"))


def _commitments(keys: set[str]) -> Rows:
    return {ref: f"{ref} {title}" for ref, title in Commitment.objects.filter(ref__in=keys).values_list("ref", "title")}


def _projects(keys: set[str]) -> Rows:
    return {ref: f"{ref} {title}" for ref, title in Project.objects.filter(ref__in=keys).values_list("ref", "title")}


def _programmes(keys: set[str]) -> Rows:
    return {ref: f"{ref} {title}" for ref, title in Programme.objects.filter(ref__in=keys).values_list("ref", "title")}


def _runs(keys: set[str]) -> Rows:
    rows = ImportRun.objects.filter(pk__in=[key for key in keys if key.isdecimal()]).values_list("pk", "file_name")
    return {str(pk): _("Import of %(file)s") % {"file": name} for pk, name in rows}


def _documents(keys: set[str]) -> Rows:
    rows = Document.objects.filter(pk__in=[key for key in keys if key.isdecimal()]).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def _releases(keys: set[str]) -> Rows:
    rows = BoundaryRelease.objects.filter(pk__in=[key for key in keys if key.isdecimal()]).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


_LOOK_UP: dict[str, Callable[[set[str]], Rows]] = {
    "user": _people,
    "post": _posts,
    "institution": _institutions,
    "space": _spaces,
    "area": _areas,
    "province": _provinces,
    "commitment": _commitments,
    "project": _projects,
    "programme": _programmes,
    "importrun": _runs,
    "document": _documents,
    "boundaryrelease": _releases,
}
_SAME = {"run": "importrun"}  # the room and the log call it by two names


class Names:
    """The names of the things that some keys mention, fetched with one query a kind."""

    def __init__(self, keys: Iterable[str]) -> None:
        wanted: dict[str, set[str]] = defaultdict(set)
        for key in keys:
            kind, _colon, rest = key.partition(":")
            if kind in ("edition", "committee", "resolution", "plan"):
                code, _colon, inner = rest.partition(":")
                wanted["space"].add(code)
                if ":contribution:" in inner:
                    wanted["institution"].add(inner.rpartition(":")[2])
            elif rest:
                wanted[_SAME.get(kind, kind)].add(rest)
        self._names = {kind: _LOOK_UP[kind](some) for kind, some in wanted.items() if kind in _LOOK_UP and some}

    def of(self, key: str) -> str:
        """The thing in words; an unknown key stays what it is, so that nothing is lost."""
        kind, _colon, rest = key.partition(":")
        if key == "national":
            return _("South Africa")
        if not rest:
            return key
        match kind:
            case "edition":
                return self._edition(rest)
            case "plan":
                return _("One Plan of %(space)s") % {"space": self._space(rest)}
            case "committee":
                return self._committee(rest)
            case "resolution":
                committee, _colon, number = rest.rpartition(":")
                words = {"number": number, "committee": self._committee(committee)}
                return _("Resolution %(number)s · %(committee)s") % words
        return self._named(_SAME.get(kind, kind), rest) or key

    def part(self, key: str, whole: str) -> str:
        """What of a whole a key names ("F-018" of an edition); empty for the whole itself."""
        if key == whole:
            return ""
        if key.startswith("edition:") and whole.startswith("edition:"):
            return self._inner(key.split(":", 3)[3]) if key.count(":") > 2 else ""
        return self.of(key)

    def _named(self, kind: str, rest: str) -> str:
        return self._names.get(kind, {}).get(rest, "")

    def _edition(self, rest: str) -> str:
        code, _colon, tail = rest.partition(":")
        number, _colon, inner = tail.partition(":")
        whole = _("%(space)s, edition %(number)s") % {"space": self._space(code), "number": number}
        return f"{self._inner(inner)} · {whole}" if inner else whole

    def _inner(self, inner: str) -> str:
        kind, _colon, rest = inner.partition(":")
        if kind == "stage":
            return _("Stage: %(stage)s") % {"stage": stage_label(rest)}
        if kind == "exception":
            return _("Exception: %(rule)s") % {"rule": gate_label(rest)}
        if kind == "contribution":
            stage, _colon, institution = rest.partition(":")
            return f"{self._named('institution', institution) or institution} · {stage_label(stage)}"
        return inner

    def _committee(self, rest: str) -> str:
        code, _colon, kind = rest.partition(":")
        label = str(CommitteeKind(kind).label) if kind in CommitteeKind.values else kind
        return f"{label} · {self._space(code)}"

    def _space(self, code: str) -> str:
        return self._named("space", code) or code
