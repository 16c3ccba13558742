"""Empty tables to fill and send back."""

from django.utils.translation import gettext as _

from oneplan.platform.web.sheets import Sheet
from oneplan.source_plans.choices import COLUMNS
from oneplan.source_plans.imports.kind import KIND

LEVELS = (
    "ref", "goal", "outcome", "objective", "indicator", "project", "baseline", "target", "unit", "cost_rand",
    "institution", "municipality", "place", "first_year", "last_year", "description",
)  # fmt: skip
TEMPLATES = {"list": COLUMNS[:-2], "levels": LEVELS}


def template_sheet(name: str) -> Sheet:
    """An empty table: `list`, a row for each item; `levels`, the levels side by side. Raises KeyError."""
    known = {target.name: target for target in KIND.targets}
    known["cost_rand"] = known["cost"]
    about = {column: f"{known[column].label}. {known[column].help}".strip() for column in TEMPLATES[name]}
    return Sheet(f"plan-items-{name}", TEMPLATES[name], [], frozenset(), about, _("Items"))
