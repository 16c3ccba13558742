"""A small country to profile: twelve districts by sex, of two provinces, and the municipal areas of Waterberg."""

from oneplan.indicators.tests.conftest import sexes

# Districts by persons. Waterberg, DC36, has ten of them within 2,5 times its size.
SIZES = {
    "DC36": 1100, "DC33": 1000, "DC34": 1050, "DC35": 1150, "DC47": 950, "DC1": 900, "DC2": 1200, "DC12": 1250,
    "DC13": 860, "DC14": 1300, "DC15": 1350, "DC21": 830,
}  # fmt: skip
AREAS = {"LIM361": 300, "LIM362": 240, "LIM366": 220, "LIM367": 180, "LIM368": 160}


def country(*, women: dict[str, float] | None = None):
    """Rows of persons by sex: women are half of each place, a little more from place to place, or as `women` says."""
    rows = [*sexes("ZA", 30_000, 29_000, "country"), *sexes("LIM", 2800, 2450, "province")]
    for number, (code, persons) in enumerate(SIZES.items()):
        share = (women or {}).get(code, 0.50 + 0.002 * (number % 5))
        rows += sexes(code, round(persons * share), persons - round(persons * share), "district")
    half = {code: round(persons * (women or {}).get("DC36", 0.5)) for code, persons in AREAS.items()}
    return [*rows, *(row for code, persons in AREAS.items() for row in sexes(code, half[code], persons - half[code]))]


def jobs(level, place, employed, unemployed, borders=2016):
    """Persons of working age by whether they work, which `unemployment` is a share of."""
    told = {"Employed": employed, "Unemployed": unemployed, "Discouraged work-seeker": 0}
    return [("officialemploymentstatus", borders, level, place, name, value) for name, value in told.items()]
