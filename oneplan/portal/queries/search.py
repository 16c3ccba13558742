"""Finding things by name, code or text. Words are compared folded: lower case, without diacritics."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.commitments import queries as commitments
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.projects import queries as projects
from oneplan.spaces.choices import AreaKind
from oneplan.spaces.models import FunctionalArea, MunicipalArea, Province, Space, TerritoryAlias
from oneplan.spaces.queries import fold


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    label: str
    code: str
    kind: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one kind. `has_more` says that the list was cut."""

    code: str
    label: str
    hits: list[Hit]
    has_more: bool


def find(words: str, actor: Actor, *, most: int) -> list[Group]:
    """What the words may mean, by kind, places first; at most `most` of each kind. Eight queries."""
    folded = fold(words)
    if not folded:
        return []
    places = _places(words, folded)
    groups = [
        ("spaces", _("Spaces"), [hit for hit in places if hit.kind == _("space")]),
        ("provinces", _("Provinces"), [hit for hit in places if hit.kind == _("province")]),
        ("municipalities", _("Municipalities"), [hit for hit in places if hit.kind == _("municipality")]),
        ("functional_areas", _("Functional areas"), _functional_areas(words, folded)),
        ("institutions", _("Institutions"), _institutions(words, folded, most)),
        ("commitments", _("Commitments"), _commitments(words, actor, most)),
        ("projects", _("Projects"), _projects(words, actor, most)),
    ]
    return [Group(code, label, hits[:most], len(hits) > most) for code, label, hits in groups if hits]


def _rank(name: str, code: str, folded: str, words: str) -> int | None:
    """0 for the code itself, 1 for the start of the name, 2 for the start of a word, 3 inside; None where not."""
    if code.casefold() == words.casefold().replace(" ", ""):
        return 0
    plain = fold(name)
    if plain.startswith(folded):
        return 1
    if f" {folded}" in plain:
        return 2
    return 3 if folded in plain and len(folded) > 2 else None


def _places(words: str, folded: str) -> list[Hit]:
    """Places by name, code or another name. The register above the wards is small: read whole, compared here."""
    aliases: dict[tuple[str, str], list[str]] = {}
    for level, code, alias in TerritoryAlias.objects.exclude(level="ward").values_list("level", "code", "alias"):
        aliases.setdefault((level, code), []).append(alias)
    found: list[tuple[int, Hit]] = []

    def look(level: str, code: str, name: str, hit: Hit) -> None:
        names = [name, *aliases.get((level, code), [])]
        ranks = [(rank, each) for each in names if (rank := _rank(each, code, folded, words)) is not None]
        if ranks:
            rank, by = min(ranks)
            note = hit.note if by == name else _("also called %(name)s") % {"name": by}
            found.append((rank, Hit(hit.label, hit.code, hit.kind, hit.href, note)))

    for code, name, province in Space.objects.values_list("code", "name", "province__name"):
        look("space", code, name, Hit(name, code, _("space"), reverse("portal:space", args=[code]), province))
    for code, name in Province.objects.values_list("code", "name"):
        look("province", code, name, Hit(name, code, _("province"), f"{reverse('portal:spaces')}?province={code}"))
    rows = MunicipalArea.objects.filter(category="B").values_list("code", "name", "space_id", "space__name")
    for code, name, space_code, space_name in rows:
        href = reverse("portal:space", args=[space_code])
        look("municipal_area", code, name, Hit(name, code, _("municipality"), href, space_name))
    return [hit for _rank, hit in sorted(found, key=lambda pair: (pair[0], pair[1].label))]


def _functional_areas(words: str, folded: str) -> list[Hit]:
    """Functional areas by name, code or kind: there are few, read whole."""
    found: list[tuple[int, Hit]] = []
    for code, name, kind, is_verified in FunctionalArea.objects.values_list("code", "name", "kind", "is_verified"):
        label = str(AreaKind(kind).label)
        ranks = [rank for each in (name, label) if (rank := _rank(each, code, folded, words)) is not None]
        if ranks:
            note = label if is_verified else _("%(kind)s, unverified") % {"kind": label}
            hit = Hit(name, "", _("functional area"), reverse("portal:functional_area", args=[code]), note)
            found.append((min(ranks), hit))
    return [hit for _rank, hit in sorted(found, key=lambda pair: (pair[0], pair[1].label))]


def _institutions(words: str, folded: str, most: int) -> list[Hit]:
    rows = (
        Institution.objects.valid_on(clock.today())
        .filter(
            Q(name__icontains=words)
            | Q(short_name__icontains=words)
            | Q(aliases__folded__contains=folded)
            | Q(code=words.lower())
        )
        .distinct()
        .order_by("name")[: most + 1]
    )
    hits = []
    for row in rows:
        try:
            href = reverse("institutions:institution", args=[row.code])
        except NoReverseMatch:
            href = f"/institutions/{row.code}/"
        hits.append(Hit(row.name, row.short_name, _("institution"), href, row.get_kind_display()))
    return hits


def _commitments(words: str, actor: Actor, most: int) -> list[Hit]:
    """Commitments by reference or text, among those the actor may see: the scope is in the query itself."""
    if not actor.is_signed_in:
        return []
    rows = commitments.visible_to(actor)
    for word in commitments.folded(words).split():
        rows = rows.filter(search_text__contains=word)
    return [
        Hit(title, ref, _("commitment"), reverse("commitments:commitment", args=[ref]), space)
        for ref, title, space in rows.order_by("ref").values_list("ref", "title", "home_space__name")[: most + 1]
    ]


def _projects(words: str, actor: Actor, most: int) -> list[Hit]:
    """Projects by reference, name in a register or title, among those the actor may see."""
    rows = projects.ProjectFilters(q=(words,)).apply(projects.visible_to(actor))
    return [
        Hit(title, ref, _("project"), reverse("projects:project", args=[ref]), space or "")
        for ref, title, space in rows.order_by("ref").values_list("ref", "title", "space__name")[: most + 1]
    ]
