"""Arithmetic of shares: pure, exact to the cent."""

from collections.abc import Mapping
from decimal import Decimal


def apportion(amount: Decimal, fractions: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount over spaces by their fractions, in whole cents that sum to the amount exactly.

    Largest remainder: each gets its part rounded down, the cents left over go to the largest remainders (ties by
    code). Fractions must sum to 1.

    >>> apportion(Decimal("0.01"), {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")})
    {'DC15': Decimal('0.01'), 'DC36': Decimal('0')}
    """
    cents = int(amount * 100)
    exact = {code: cents * fraction for code, fraction in sorted(fractions.items())}
    whole = {code: int(part // 1) for code, part in exact.items()}
    order = sorted(exact, key=lambda code: (whole[code] - exact[code], code))
    for code in order[: cents - sum(whole.values())]:
        whole[code] += 1
    return {code: Decimal(part) / 100 for code, part in whole.items()}
