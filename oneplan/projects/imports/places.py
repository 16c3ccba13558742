"""Where a row says that its project is: names looked up, coordinates read, doubts put in words."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.rows import Row
from oneplan.exchange.values import fold
from oneplan.geometry import measures
from oneplan.spaces.choices import Doubt, Level
from oneplan.spaces.models import MunicipalArea, Province, Space
from oneplan.spaces.placing import PlaceAnswer, PlaceEvidence
from oneplan.spaces.queries import gazetteer

NAMES = 20_000  # looked up names that are kept; a file of the country has some hundred
_PAIR = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*[,;]\s*(-?\d+(?:\.\d+)?)\s*$")
_SPLIT = re.compile(r"\s*[,;]\s*|\s+and\s+")
_WARD_CODE = re.compile(r"\d{8}")
_WARD_NUMBER = re.compile(r"\bwards?\s*\d+|^\s*\d{1,3}(\s*[,;]\s*\d{1,3})*\s*$", re.IGNORECASE)


class _Fault(NamedTuple):
    """Something wrong with a name: said of every row that has it."""

    target: str
    kind: IssueKind
    message: str


class Named(NamedTuple):
    """What the names of a row mean."""

    municipal_areas: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    faults: tuple[_Fault, ...] = ()


class Names:
    """The names of places in one run. Names are read as they are used today, former ones included."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._gazetteer = gazetteer()
        self._space_of = dict(MunicipalArea.objects.values_list("code", "space_id"))
        self._province_of = dict(Space.objects.values_list("code", "province_id"))
        self.province_names = dict(Province.objects.values_list("code", "name"))
        self._provinces = {fold(said): pair[0] for pair in self.province_names.items() for said in pair}
        # A file repeats its names: each combination is looked up once.
        self.province: Callable[[str], str | None] = lru_cache(NAMES)(self._province)
        self.look_up: Callable[[str, str, str], Named] = lru_cache(NAMES)(self._look_up)

    def _province(self, said: str) -> str | None:
        """The province's code; None where the name is unknown or none is given."""
        if not said:
            return None
        known = self._provinces.get(fold(said))
        found = [] if known else self._gazetteer.resolve(said, Level.PROVINCE, self._today)
        return known or (found[0].code if len(found) == 1 else None)

    def province_of(self, space: str) -> str | None:
        return self._province_of.get(space)

    def _look_up(self, municipality: str, space: str, province: str) -> Named:
        """The areas and spaces that a row names. The names of a row narrow one another."""
        faults: list[_Fault] = []
        doubts: list[Doubt] = []
        inside = self._province(province)
        spaces = self._spaces(space, inside, faults, doubts) if space else ()
        areas: tuple[str, ...] = ()
        if municipality:
            areas, more = self._areas(municipality, spaces, inside, faults, doubts)
            spaces = spaces or more
        strange = [code for code in areas if spaces and self._space_of[code] not in spaces]
        if strange:
            doubts.append(Doubt.SPACE_DIFFERS)
            faults.append(
                _Fault(
                    "municipality", IssueKind.PLACE_DIFFERS,
                    _("%(municipality)s does not lie in %(space)s. Both are kept; correct one of them.")
                    % {"municipality": municipality, "space": space},
                )
            )  # fmt: skip
        return Named(areas, spaces, tuple(dict.fromkeys(doubts)), tuple(faults))

    def _spaces(self, said: str, inside: str | None, faults: list[_Fault], doubts: list[Doubt]) -> tuple[str, ...]:
        codes = {match.code for match in self._gazetteer.resolve(said, Level.SPACE, self._today)}
        if not codes:
            areas = self._gazetteer.resolve(said, Level.MUNICIPAL_AREA, self._today)
            codes = {match.parent_code for match in areas} & set(self._province_of)
        return self._one(
            "space", said, codes, {code: self._province_of[code] for code in codes}, inside, faults, doubts
        )

    def _areas(
        self, said: str, spaces: tuple[str, ...], inside: str | None, faults: list[_Fault], doubts: list[Doubt]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(municipal areas, spaces) that a cell names: several parted by commas, or a district in their place."""
        whole = self._gazetteer.resolve(said, "", self._today)
        found: list[str] = []
        more: list[str] = []
        for part in [said] if whole else [part for part in _SPLIT.split(said) if part]:
            codes = {match.code for match in self._gazetteer.resolve(part, Level.MUNICIPAL_AREA, self._today)}
            codes &= set(self._space_of)
            here = {code for code in codes if self._space_of[code] in spaces}
            provinces = {code: self._province_of[self._space_of[code]] for code in codes}
            if not codes and (wide := self._gazetteer.resolve(part, Level.SPACE, self._today)):
                more += [match.code for match in wide]
                continue
            found += self._one("municipality", part, here or codes, provinces, inside, faults, doubts)
        return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(more))

    def _one(
        self, target: str, said: str, codes: set[str], provinces: dict[str, str], inside: str | None,
        faults: list[_Fault], doubts: list[Doubt],
    ) -> tuple[str, ...]:  # fmt: skip
        """The one code that is meant, narrowed by the province; none where that leaves several or nothing."""
        near = {code for code in codes if provinces.get(code) == inside} if inside and len(codes) > 1 else codes
        codes = near or codes
        if len(codes) == 1:
            return tuple(codes)
        doubts.append(Doubt.AMBIGUOUS_NAME if codes else Doubt.UNKNOWN_NAME)
        sentence = (
            _("%(said)s may mean %(codes)s. The row is kept; write the code to have it placed by name.")
            if codes
            else _("The register knows no place called %(said)s. The row is kept; write its code, such as DC36 or"
                   " LIM354, or record the name as another name of the right place.")
        )  # fmt: skip
        kind = IssueKind.AMBIGUOUS if codes else IssueKind.UNKNOWN_PLACE
        faults.append(_Fault(target, kind, sentence % {"said": said, "codes": ", ".join(sorted(codes))}))
        return ()


class Said(NamedTuple):
    """What one row says of its place: for the cascade, to be kept beside its answer, and what is wrong with names.

    `words` hold both what is written and the codes that it means, so that a place can be computed again from them.
    """

    evidence: PlaceEvidence
    words: dict[str, Any]
    faults: tuple[_Fault, ...]
    province: str | None


def said_of(row: Row, names: Names, *, is_on_ground: bool) -> Said:
    """Read the place of a row. A ward counts only with its eight digits and the year of its demarcation."""
    values = row.values
    municipality, space = values.get("municipality") or "", values.get("space") or ""
    stated_province = values.get("province") or ""
    named = names.look_up(municipality, space, stated_province)
    longitude, latitude = values.get("longitude"), values.get("latitude")
    text = values.get("coordinates") or ""
    if longitude is None and latitude is None and text and (pair := _PAIR.match(text)):
        longitude, latitude = float(pair[2]), float(pair[1])
    wkb: bytes = values.get("shape") or b""
    if wkb and measures.is_point(wkb):
        (longitude, latitude), wkb = measures.point_of(wkb), b""
    ward_text = values.get("ward") or ""
    ward = ward_text if _WARD_CODE.fullmatch(ward_text) else ""
    doubts = named.doubts
    if not ward and _WARD_NUMBER.search(ward_text):
        doubts = (*doubts, Doubt.WARD_WITHOUT_YEAR)
    evidence = PlaceEvidence(
        longitude, latitude, wkb, ward, values.get("ward_year") if ward else None, named.municipal_areas, "",
        named.spaces, "", (), doubts, is_on_ground,
    )  # fmt: skip
    words = {
        "municipality": municipality, "space": space, "province": stated_province,
        "ward": ward_text, "ward_year": values.get("ward_year"), "longitude": longitude, "latitude": latitude,
        "coordinates": text,
        "kind": "" if is_on_ground else "not on the ground",
        "shape": sha256(wkb).hexdigest()[:16] if wkb else "",  # another line is another statement
        "municipal_areas": list(named.municipal_areas), "spaces": list(named.spaces),
        "doubts": [doubt.value for doubt in doubts],
    }  # fmt: skip
    province = names.province(stated_province)
    if province is None and len(named.spaces) == 1:
        province = names.province_of(named.spaces[0])
    return Said(
        evidence, {key: value for key, value in words.items() if value not in (None, "", [])}, named.faults, province
    )


# What a doubt says of a row. Names have faults of their own, with the name in the sentence.
_WORDS: dict[Doubt, tuple[IssueKind, Any]] = {
    Doubt.ZERO: (IssueKind.BAD_POINT, _l("A coordinate is 0, so the point is no place. It is not used.")),
    Doubt.SWAPPED: (
        IssueKind.BAD_POINT,
        _l("Longitude and latitude look swapped, or have lost their sign. They are kept as read and not used."),
    ),
    Doubt.OUTSIDE: (IssueKind.BAD_POINT, _l("The point does not lie in South Africa. It is not used.")),
    Doubt.BLANK: (IssueKind.NO_PLACE, _l("Nothing is said of the place. The row is kept, and is not placed.")),
    Doubt.SPACE_DIFFERS: (
        IssueKind.PLACE_DIFFERS,
        _l("The point lies in %(found)s, another space than the one stated. Both are kept, with low confidence."),
    ),
    Doubt.MUNICIPALITY_DIFFERS: (
        IssueKind.PLACE_DIFFERS,
        _l("The point lies in %(found)s, another municipality than the one stated. Both are kept, with low"
           " confidence."),
    ),
    Doubt.WARD_DIFFERS: (
        IssueKind.PLACE_DIFFERS,
        _l("The point lies in %(found)s, another ward than the one stated. Both are kept, with low confidence."),
    ),
    Doubt.WARD_WITHOUT_YEAR: (
        IssueKind.PLACE_DIFFERS,
        _l("A ward is named without the year of its demarcation, and wards have been drawn anew since. It is kept as"
           " read and not matched: write the ward's eight digits and the year of its demarcation."),
    ),
}  # fmt: skip
_BOTH_DIFFER = _l(
    "The point lies in %(found)s, another municipality and another space than those stated. Both places are kept, with"
    " low confidence."
)
# In the order of what weighs most: of one point that differs in several, the first is said, and where it lies.
_FINER = {Doubt.SPACE_DIFFERS: "space", Doubt.MUNICIPALITY_DIFFERS: "municipal_area", Doubt.WARD_DIFFERS: "ward"}


def tell_doubts(row: Row, said: Said, answer: PlaceAnswer) -> None:
    """Warn of everything that is wrong with the place of a row; the row is kept."""
    for fault in said.faults:
        row.warn(fault.target, fault.kind, fault.message)
    stated = said.evidence.doubts
    told = [doubt for doubt in answer.doubts if doubt in _WORDS]
    if Doubt.SPACE_DIFFERS in stated and Doubt.SPACE_DIFFERS in told:
        told.remove(Doubt.SPACE_DIFFERS)  # the names disagree, which is said already
    differing = [doubt for doubt in _FINER if doubt in told]
    for doubt in told:
        if doubt in differing[1:]:
            continue
        kind, sentence = _WORDS[doubt]
        if Doubt.MUNICIPALITY_DIFFERS in differing[1:] and doubt == Doubt.SPACE_DIFFERS:
            sentence = _BOTH_DIFFER
        found = _found_in(answer, doubt, differing) if doubt in _FINER and answer.shares else ""
        target = "ward" if doubt == Doubt.WARD_WITHOUT_YEAR else "coordinates" if row["coordinates"] else "latitude"
        row.warn(target, kind, str(sentence) % {"found": found} if found else str(sentence), value=_at(said))


def _found_in(answer: PlaceAnswer, doubt: Doubt, differing: Sequence[Doubt]) -> str:
    """Where a point lies instead; of one in another municipality and space both."""
    share = answer.shares[0]
    if doubt == Doubt.SPACE_DIFFERS and Doubt.MUNICIPALITY_DIFFERS in differing:
        return f"{share.municipal_area} ({share.space})"
    return str(getattr(share, _FINER[doubt]))


def _at(said: Said) -> str:
    evidence = said.evidence
    return "" if evidence.longitude is None else f"{evidence.longitude}, {evidence.latitude}"
