"""The words of an import: what can be wrong, how badly, and the states of a run."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    """What an issue costs."""

    FILE_ERROR = "file_error", _("Whole file refused")
    ERROR = "error", _("Row refused")
    WARNING = "warning", _("Warning")


class IssueKind(TextChoices):
    """What is wrong. The value stands in reports and stays the same for good; the label is for people."""

    # the file
    NOT_A_TABLE = "not_a_table", _("Not a file that OnePlan reads")
    TOO_LARGE = "too_large", _("File too large")
    UNSAFE_ARCHIVE = "unsafe_archive", _("Workbook unpacks to far more than it should")
    MACRO = "macro", _("Workbook with macros")
    ENCRYPTED = "encrypted", _("File protected by a password")
    DAMAGED = "damaged", _("File damaged or cut off")
    ENCODING = "encoding", _("Letters in an unexpected encoding")
    DELIMITER = "delimiter", _("Columns not parted by commas")
    NO_HEADER = "no_header", _("No header row found")
    NO_ROWS = "no_rows", _("No rows")
    TOO_MANY_ISSUES = "too_many_issues", _("More issues than are listed")
    # sheets and columns
    HIDDEN_SHEET = "hidden_sheet", _("Hidden sheet")
    SHEET_NOT_READ = "sheet_not_read", _("Sheet not read")
    MERGED_CELLS = "merged_cells", _("Merged cells")
    DUPLICATE_HEADER = "duplicate_header", _("Header occurs more than once")
    MISSING_COLUMN = "missing_column", _("Column missing")
    BAD_MAPPING = "bad_mapping", _("Mapping does not fit")
    NO_ROW_KEY = "no_row_key", _("No column that identifies a row")
    # rows and cells
    RAGGED_ROW = "ragged_row", _("Row longer or shorter than the header")
    FORMULA = "formula", _("Formula in a cell")
    CELL_ERROR = "cell_error", _("Error value in a cell")
    REQUIRED = "required", _("Required value missing")
    TOO_LONG = "too_long", _("Text too long")
    BAD_CODE = "bad_code", _("Not a code")
    BAD_AMOUNT = "bad_amount", _("Not an amount")
    BAD_NUMBER = "bad_number", _("Not a number")
    BAD_DATE = "bad_date", _("Not a date")
    DATES_REVERSED = "dates_reversed", _("Dates reversed")
    BAD_YEAR = "bad_year", _("Not a financial year")
    YEAR_WITHOUT_BASIS = "year_without_basis", _("Financial year without basis")
    BAD_CHOICE = "bad_choice", _("Not one of the choices")
    DUPLICATE_ROW = "duplicate_row", _("Row occurs twice in the file")
    NORMALISED = "normalised", _("Value read in another form")
    # what the rooms above find when they look a value up
    UNKNOWN_PLACE = "unknown_place", _("Unknown place")
    UNKNOWN_INSTITUTION = "unknown_institution", _("Unknown institution")
    AMBIGUOUS = "ambiguous", _("More than one match")
    WRONG_SPACE = "wrong_space", _("Row of another space")
    BAD_GEOMETRY = "bad_geometry", _("Shape that is not valid")
    BAD_POINT = "bad_point", _("Coordinates that are no place")
    NO_PLACE = "no_place", _("No place stated")
    PLACE_DIFFERS = "place_differs", _("What is said of the place disagrees")
    ODD_AMOUNT = "odd_amount", _("Amount that is hard to believe")
    UNKNOWN_CODE = "unknown_code", _("Code that its chart does not know")
    BAD_PERIOD = "bad_period", _("Not a period")
    ENDED = "ended", _("Institution that no longer exists")
    SUBTOTAL = "subtotal", _("Subtotal that is not the sum of its parts")
    REPORTED_BEFORE = "reported_before", _("Reported by an earlier release")
    SHIFTED = "shifted", _("Cells that do not stand under their header")
    NOT_ALLOWED = "not_allowed", _("You may not import this row")
    RULE_BROKEN = "rule_broken", _("Against a rule")


class RunState(TextChoices):
    """Where an import run stands."""

    RECEIVED = "received", _("Received; columns to be matched")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked; nothing stored yet")
    ACCEPTING = "accepting", _("Being stored")
    ACCEPTED = "accepted", _("Stored")
    FAILED = "failed", _("Refused as a whole")
    DISCARDED = "discarded", _("Discarded")


ALLOWED_MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.RECEIVED: frozenset({RunState.CHECKING, RunState.FAILED, RunState.DISCARDED}),
    RunState.CHECKING: frozenset({RunState.CHECKED, RunState.FAILED, RunState.DISCARDED}),
    RunState.CHECKED: frozenset({RunState.CHECKING, RunState.ACCEPTING, RunState.DISCARDED}),
    RunState.ACCEPTING: frozenset({RunState.ACCEPTED, RunState.FAILED}),
    RunState.ACCEPTED: frozenset(),
    RunState.FAILED: frozenset({RunState.CHECKING, RunState.DISCARDED}),
    RunState.DISCARDED: frozenset(),
}


class Event(TextChoices):
    """What the log remembers of this room."""

    IMPORT_STARTED = "import.started", _("A file was handed in for import")
    IMPORT_ACCEPTED = "import.accepted", _("An import was stored")
    IMPORT_DISCARDED = "import.discarded", _("An import was discarded")
    MAPPING_REMEMBERED = "mapping.remembered", _("A column mapping was remembered")
