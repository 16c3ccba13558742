"""Maps as SVG text for print, PDF and Word: outlines in, a `Drawing` out. An approximate map says so. Pure."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from oneplan.portal.figures import Json, Landing
from oneplan.portal.reading import day
from oneplan.publishing.charts import FONT, TEAL, Drawing
from oneplan.publishing.labels import apart, label
from oneplan.publishing.words import on
from oneplan.spaces.queries import NationalMap, Shape, SpaceMap

_PALE, _EDGE = "#eef3f5", "#7f97a1"


def municipal_areas(drawn: SpaceMap, *, name: str, letters: float = 1) -> Drawing:
    """A space with its municipal areas by name; `letters` enlarges the labels of a map that is shown small."""
    title = _("%(space)s and its municipal areas") % {"space": name}
    names = ", ".join(shape.name for shape in drawn.shapes)
    return Drawing(
        _framed(drawn, [(shape, _PALE, (shape.name,)) for shape in drawn.shapes], letters),
        title,
        credit(drawn),
        _("Map of %(space)s: %(areas)s. %(credit)s") % {"space": name, "areas": names, "credit": credit(drawn)},
    )


def counts_by_area(
    drawn: SpaceMap, counts: Mapping[str, int], *, title: str, what: str, elsewhere: str = "", letters: float = 1
) -> Drawing:
    """Municipal areas shaded by a count in five classes, each with its figure; 0 is left white.

    `what` names the things counted; `elsewhere` says what lies in no single area.
    """
    most = max(counts.values(), default=0)
    shaded = [
        (shape, _shade(counts.get(shape.code, 0), most), (shape.name, str(counts.get(shape.code, 0))))
        for shape in drawn.shapes
    ]
    listed = "; ".join(f"{shape.name} {counts.get(shape.code, 0)}" for shape in drawn.shapes)
    subtitle = " ".join(each for each in (f"{what}.", elsewhere, credit(drawn)) if each)
    return Drawing(
        _framed(drawn, shaded, letters), title, subtitle, f"{title}. {what}: {listed}. {elsewhere} {credit(drawn)}"
    )


def values_by_area(
    drawn: SpaceMap,
    values: Mapping[str, tuple[int, str]],
    *,
    title: str,
    subtitle: str,
    letters: float = 1,
    with_names: bool = True,
) -> Drawing:
    """Municipal areas by class (1 to 5; 0 and unnamed are left white), each with its figure in words.

    A map that is too small for names leaves them to the table beside it. `subtitle` stands as given: whoever shows it
    adds `credit`, once for several maps of one release.
    """
    shaded = []
    for shape in drawn.shapes:
        shade, words = values.get(shape.code, (0, _("unknown")))
        lines = (shape.name, words) if with_names else (words,)
        shaded.append((shape, TEAL[shade - 1] if shade else "#ffffff", lines))
    listed = "; ".join(f"{shape.name} {lines[-1]}" for shape, _colour, lines in shaded)
    return Drawing(_framed(drawn, shaded, letters), title, subtitle, f"{title}. {listed}. {subtitle} {credit(drawn)}")


def landing(drawn: SpaceMap, found: Landing, *, source: str) -> Drawing:
    """Where a plan's commitments land; the title says where most do, the words beneath what lies in no single area."""
    counts, names = found.by_area, {shape.code: shape.name for shape in drawn.shapes}
    largest, most = max(((code, counts.get(code, 0)) for code in names), key=lambda pair: pair[1])
    title = _("%(area)s has the most commitments: %(n)s") % {"area": names[largest], "n": most}
    elsewhere = _("%(n)s name no municipal area; %(lost)s of them have no place.") % {
        "n": found.elsewhere, "lost": found.without_place,
    }  # fmt: skip
    return counts_by_area(
        drawn,
        counts,
        title=title if most else _("No commitment names a municipal area"),
        what=_("Number of commitments by municipal area; one in two areas counts in both"),
        elsewhere=f"{elsewhere} {source}" if found.elsewhere else source,
    )


def in_the_country(drawn: NationalMap, code: str, *, name: str) -> Drawing:
    """Where the space lies in the country."""
    title = _("Where %(space)s lies in South Africa") % {"space": name}
    shapes = [(shape, TEAL[4] if shape.code == code else _PALE, ()) for shape in drawn.shapes]
    return Drawing(_framed(drawn, shapes), title, credit(drawn), f"{title}. {credit(drawn)}")


def silhouette(drawn: SpaceMap, *, colour: str = "#ffffff") -> str:
    """The space's areas in outline alone: an ornament for a cover, no map to be read. SVG; "" without boundaries."""
    if not drawn.shapes:
        return ""
    wide = max(float(number) for number in drawn.view_box.split()[2:])
    paths = "".join(f'<path d="{shape.path}"/>' for shape in drawn.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{drawn.view_box}"><g fill="{colour}" fill-opacity=".12"'
        f' fill-rule="evenodd" stroke="{colour}" stroke-opacity=".7" stroke-width="{wide / 220:.3f}">{paths}</g></svg>'
    )


def credit(drawn: NationalMap) -> str:
    """The release a map is drawn from, and whether it is approximate: printed under each map."""
    if not drawn.shapes:
        return _("No boundaries are known.")
    if drawn.is_approximate:
        return _("Approximate: not the legal boundaries. Source: %(release)s.") % {"release": drawn.release}
    return _("Source: %(release)s.") % {"release": drawn.release}


def read_against(sealed: Json | None, drawn: NationalMap) -> str:
    """Against which boundaries a plan's places are read, and whether its maps are drawn from others."""
    if not sealed:
        return _("The plan was made without boundaries: its places are names only.")
    said = _("Places are read against: %(name)s (%(quality)s, as at %(day)s).") % {
        "name": sealed["name"], "quality": sealed["quality"], "day": on(day(sealed["as_at"])),
    }  # fmt: skip
    if drawn.release and drawn.release != sealed["name"]:
        said += " " + _("The maps here are drawn from another release: %(name)s.") % {"name": drawn.release}
    return said


def _shade(count: int, most: int) -> str:
    if not count or not most:
        return "#ffffff"
    return TEAL[min(4, 5 * (count - 1) // most)]


def _framed(drawn: NationalMap, shapes: Sequence[tuple[Shape, str, tuple[str, ...]]], letters: float = 1) -> str:
    """The shapes in the map's own frame (kilometres), with labels that suit it; dashed if approximate."""
    left, top, wide, tall = (float(number) for number in drawn.view_box.split())
    unit = max(wide, tall) / 400
    paths = "".join(
        f'<path d="{shape.path}" fill="{colour}" fill-rule="evenodd" stroke="{_EDGE}" stroke-width="{unit:.3f}"'
        f' stroke-linejoin="round"{_dashes(drawn, unit)}/>'
        for shape, colour, _lines in shapes
    )
    size = 13 * letters * unit
    told = [label(shape.label_x, shape.label_y, lines, size) for shape, _colour, lines in shapes if lines]
    labels = "".join(each.drawn() for each in apart(told, (left, top, wide, tall)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {wide:g} {tall:g}"'
        f' width="{wide / unit:.0f}" height="{tall / unit:.0f}" font-family="{FONT}">{paths}{labels}</svg>'
    )


def _dashes(drawn: NationalMap, unit: float) -> str:
    """Approximate outlines are dashed, so that nobody takes them for the legal ones."""
    return f' stroke-dasharray="{4 * unit:.2f} {2 * unit:.2f}"' if drawn.is_approximate else ""
