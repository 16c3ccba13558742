"""Amounts in rand as Decimal with two places. Stored in cents (see platform.fields), summed as integers."""

import re
from decimal import Decimal, InvalidOperation

MOST = Decimal(10) ** 15  # R1 000 trillion: beyond any budget, within a 64-bit count of cents
_SIGN = re.compile(r"^[-−]?(?:ZAR|R)?[-−]?")
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_GROUPED_COMMAS = re.compile(r"^\d{1,3}(,\d{3})+(\.\d{1,2})?$")
_COMMA_DECIMAL = re.compile(r"^\d+,\d{1,2}$")
_PLAIN = re.compile(r"^\d+(\.\d+)?$")
_SHORT = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))


class BadAmount(ValueError):
    """The text is not an amount in rand; the message says what to write instead."""


def parse_rand(raw: object) -> Decimal:
    """An amount in rand, exact to the cent.

    Takes numbers and the ways amounts are written in South African files: "R1 234,50", "1 234 567", "1,234.50",
    "(500)" for minus 500. Ambiguous or unreadable text raises BadAmount.

    >>> parse_rand("R1 234,5"), parse_rand("(1,000)"), parse_rand(12.1)
    (Decimal('1234.50'), Decimal('-1000.00'), Decimal('12.10'))
    """
    return exact_rand(raw).quantize(Decimal("0.01"))


def exact_rand(raw: object) -> Decimal:
    """An amount as `parse_rand` reads it, with what parts of a cent it has: for files in thousands.

    >>> exact_rand("1.45694"), exact_rand("R 1 234,56")
    (Decimal('1.45694'), Decimal('1234.56'))
    """
    if isinstance(raw, bool) or raw is None:
        raise BadAmount(f"{raw!r} is not an amount. Write a number in rand, for example 1234567.00.")
    if isinstance(raw, float):
        value = Decimal(repr(raw)) if raw == raw and abs(raw) != float("inf") else Decimal("NaN")
    elif isinstance(raw, int | Decimal):
        value = Decimal(raw)
    else:
        value = _from_text(str(raw))
    if not value.is_finite():
        raise BadAmount(f"{str(raw)!r} is not an amount. Write a number in rand, for example 1234567.00.")
    if abs(value) >= MOST:
        raise BadAmount(f"{str(raw)!r} is more than R1 000 trillion. Check the unit of the column.")
    return value


def _from_text(text: str) -> Decimal:
    bare = _SPACES.sub("", text)
    is_bracketed = bare.startswith("(") and bare.endswith(")")
    signed = bare[1:-1] if is_bracketed else bare
    bare = _SIGN.sub("", signed, count=1)
    sign = signed.removesuffix(bare)
    minuses = is_bracketed + sign.count("-") + sign.count("−")
    if _GROUPED_COMMAS.match(bare):
        bare = bare.replace(",", "")
    elif _COMMA_DECIMAL.match(bare):
        bare = bare.replace(",", ".")
    if minuses > 1 or not _PLAIN.match(bare):  # of two minus signs nobody knows what was meant
        raise BadAmount(f"{text!r} is not an amount. Write a number in rand, for example 1234567.00.")
    try:
        value = Decimal(bare)
    except InvalidOperation:  # pragma: no cover - the pattern above admits only numbers
        raise BadAmount(f"{text!r} is not an amount.") from None
    return -value if minuses else value


def format_rand(amount: Decimal | None) -> str:
    """The exact figure, grouped with no-break spaces and a decimal comma; "unknown" for None.

    >>> format_rand(Decimal("1234567.5")).replace("\\u00a0", " ")
    'R1 234 567,50'
    """
    if amount is None:
        return "unknown"
    sign = "−" if amount < 0 else ""
    whole, cents = f"{abs(amount):.2f}".split(".")
    return f"{sign}R{int(whole):,}".replace(",", "\u00a0") + f",{cents}"


def format_rand_short(amount: Decimal | None) -> str:
    """Rounded for reading: three figures and a unit.

    >>> [format_rand_short(Decimal(n)).replace("\\u00a0", " ") for n in ("1234500000", "950", "-45000")]
    ['R1,23 bn', 'R950', '−R45 k']
    """
    if amount is None:
        return "unknown"
    sign = "−" if amount < 0 else ""
    size = abs(amount)
    for unit, name in _SHORT:
        if size >= unit:
            scaled = size / unit
            places = 0 if scaled >= 100 else 1 if scaled >= 10 else 2
            figure = f"{scaled:.{places}f}"
            if "." in figure:
                figure = figure.rstrip("0").rstrip(".")
            return f"{sign}R{figure.replace('.', ',')}\u00a0{name}"
    return f"{sign}R{size:.0f}"
