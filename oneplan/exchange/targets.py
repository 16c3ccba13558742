"""What a room wants from a table: its target columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from oneplan.periods.years import Basis

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class TargetType(StrEnum):
    """How a cell of a target column is read, and the Python type that `row.values[name]` then holds."""

    TEXT = "text"  # str, spaces tidied
    CODE = "code"  # str; a whole number in Excel loses its ".0"
    AMOUNT = "amount"  # Decimal rand, two places
    DATE = "date"  # datetime.date
    FINANCIAL_YEAR = "financial_year"  # FinancialYear; needs a basis
    INTEGER = "integer"  # int
    NUMBER = "number"  # float (longitude, latitude, fraction)
    YES_NO = "yes_no"  # bool
    CHOICE = "choice"  # one of the keys of `choices`
    PLACE = "place"  # str: a code or name, looked up by the room in `check`
    INSTITUTION = "institution"  # str: a code or name, looked up by the room in `check`
    SHAPE = "shape"  # bytes or whatever a kind's own `read` puts there; never from a table

    @property
    def words(self) -> str:
        """What somebody who fills such a column puts there."""
        return str(_WORDS[self])


_WORDS = {
    TargetType.TEXT: _("text"),
    TargetType.CODE: _("a code or number of your own"),
    TargetType.AMOUNT: _("rand"),
    TargetType.DATE: _("a date"),
    TargetType.FINANCIAL_YEAR: _("a financial year, such as 2026/27"),
    TargetType.INTEGER: _("a whole number"),
    TargetType.NUMBER: _("a number"),
    TargetType.YES_NO: _("yes or no"),
    TargetType.CHOICE: _("one of a list"),
    TargetType.PLACE: _("a name or code of a place"),
    TargetType.INSTITUTION: _("a name or code of an institution"),
    TargetType.SHAPE: _("a boundary"),
}


@dataclass(frozen=True)
class Target:
    """One target column.

    `aliases` are other headers under which it is known; `choices` maps stored values to labels (CHOICE only);
    `basis` fixes the basis of a financial year, `basis_from` names the target that holds it ("PFMA" or "MFMA");
    `many` lets several source columns feed it, each with a label (years side by side): the value is then a
    dict of label to value; `once` lets people say it for the whole file where no column tells it, by one of what
    `offers` gives (grouped as a select takes it), or else in words; `lenient` leaves what cannot be read empty, with a
    warning, instead of refusing the row.
    """

    name: str
    label: "StrOrPromise"
    type: TargetType = TargetType.TEXT
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: "Mapping[str, StrOrPromise]" = field(default_factory=dict)
    basis: Basis | None = None
    basis_from: str = ""
    many: bool = False
    once: bool = False
    offers: "Callable[[], Sequence[tuple[str, Any]]] | None" = None
    lenient: bool = False
    most: int = 0  # longest text; 0: no limit
    help: "StrOrPromise" = ""

    def headers(self) -> tuple[str, ...]:
        """Every header under which this target may stand in a file."""
        return (self.name, str(self.label), *self.aliases)
