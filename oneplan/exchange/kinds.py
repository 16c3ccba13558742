"""The kinds of file that can be imported. Rooms above register theirs in their `apps.py: ready()`."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.issues import IssueLog
from oneplan.exchange.readers.guard import LIMITS, Limits
from oneplan.exchange.report import Report, Total
from oneplan.exchange.rows import Cell, Row
from oneplan.exchange.targets import Target
from oneplan.platform.errors import RuleBroken

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from oneplan.exchange.mapping import MappingSpec
    from oneplan.exchange.models import ImportRun


class HasSha256(Protocol):
    """A file that is known by its SHA-256: one that is being copied says it when that is done."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes; "" where it is of no matter."""


@dataclass(frozen=True)
class Hashed:
    """A file whose SHA-256 is known."""

    sha256: str = ""


@dataclass(frozen=True)
class ImportOrder:
    """What was asked: the file's origin and what it is for."""

    kind: str
    by: Actor
    source: str = ""
    as_at: date | None = None
    level: str = ""
    space: str = ""
    province: str = ""  # instead of a space: the file is cut to it
    licence: str = ""
    file_name: str = ""
    file: HasSha256 = Hashed()
    details: Mapping[str, str] = field(default_factory=dict)  # by the kind's `details`: what the file does not say

    @property
    def file_sha256(self) -> str:
        """The SHA-256 of the file, waited for where it is still being made: ask for it late."""
        return self.file.sha256


class RowReader(Protocol):
    """What a room knows about the rows of one run. Made anew for every run."""

    def check(self, rows: Sequence[Row]) -> None:
        """Look at a batch (about 500 rows): look codes up in sets, then `refuse`, `warn` or `leave_out` rows.

        Only rows that were read without an error come here. Writes nothing.
        """

    def accept(self, rows: Iterator[Row], *, run: "ImportRun", by: Actor) -> None:
        """Store the accepted rows through the room's own actions, set by set; set `row.subject` on each.

        Called once, inside the run's transaction; an exception undoes everything. `rows` is a stream.
        """


@dataclass(frozen=True)
class TextTable:
    """A file of many rows as the table `source` of a workshop: `row`, the cells `c0`, `c1`, … as text, and `beyond`.

    A cell that a row lacks is NULL; `beyond` is what stands behind the last column. `lines` stand above the header,
    `first` are the first rows under it. `ends_open`: the last line has no end, as in a file that was cut off.
    """

    cursor: Any  # of `warehouse.connection.workshop`
    sheet: str
    header_row: int
    headers: Sequence[str]
    lines: Sequence[Sequence[Cell]]
    first: Sequence[Sequence[Cell]]
    rows: int
    spec: "MappingSpec"
    ends_open: bool = False


@dataclass(frozen=True)
class Judged:
    """What a room leaves behind when it has judged a TextTable: in the workshop the table `judged` (row, outcome).

    `outcome` is ACCEPTED, UNCHANGED, REFUSED or FIRST_REASON + the index of one of `reasons` (report.py). `totals`
    are the sums of the money columns. `values` says how the first accepted rows were read: row → target → text.
    """

    reasons: Sequence[str] = ()
    totals: Mapping[str, Total] = field(default_factory=dict)
    values: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


@runtime_checkable
class ColumnReader(Protocol):
    """What a room knows of a file of millions of rows, which it judges by statements over columns. Made anew for every
    run; the only difference to a RowReader is that no row is ever a Python object."""

    def judge(self, table: TextTable, log: IssueLog) -> Judged:
        """Check every row: what is wrong goes to the log, each row's outcome to `judged`. May raise FileRefused.

        May set what it has read aside on disk for `store`; nothing else is written.
        """

    def store(self, report: Report, *, run: "ImportRun", by: Actor) -> str:
        """Store what was accepted. Called once, inside the run's transaction. Returns a digest of it for the log."""

    def close(self) -> None:
        """Remove what was set aside. Called always, whatever came before."""


@dataclass(frozen=True)
class TableHead:
    """What stands above the rows of a table: the sheet's name, the lines over the header, and the headers tidied.

    `fed` are the targets that a column of the file, or a constant of the mapping, gives a value; `places` says in which
    column, counted from 0, each target stands that a column feeds; `unread` are the headers that nothing reads.
    """

    sheet: str
    lines: Sequence[Sequence[Cell]]
    headers: Sequence[str]
    fed: frozenset[str] = frozenset()
    places: Mapping[str, int] = field(default_factory=dict)
    unread: Sequence[str] = ()


@runtime_checkable
class TableReader(RowReader, Protocol):
    """A RowReader that also wants to see the table as a whole."""

    def meet(self, head: TableHead, log: IssueLog) -> Mapping[str, Any]:
        """Called once, before any row. Returns target → value that holds for every row. May raise FileRefused."""

    def leave(self, keys: Collection[str], log: IssueLog) -> None:
        """Called once, after the last `check`, with the key of every row of the file, refused ones included."""


@runtime_checkable
class WholeReader(RowReader, Protocol):
    """A RowReader whose rows mean something only beside one another, such as the items of a tree."""

    def survey(self, rows: Sequence[Row]) -> None:
        """Called once, before any `check`, with every row of the file, refused ones included (at most WHOLE_MOST).

        May refuse rows, fill in what a row takes over from those above it, and names each by its `key`: what stands
        under the key decides afterwards whether a row is new, changed or unchanged. Writes nothing.
        """


WHOLE_MOST = 20_000  # rows that one WholeReader holds at once


def _national(order: ImportOrder) -> list[str]:
    return [f"space:{order.space}", "national"] if order.space else ["national"]


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    name         the command line's KIND, for example "commitments"
    targets      the columns wanted; the page and the mapping are made from them
    reader       makes the RowReader of a run, or the ColumnReader of a kind whose files have millions of rows; raises
                 RuleBroken where the order itself is wrong (an unknown space)
    scopes       the scope keys of an order, narrow to wide, for the permission check
    row_key      targets whose values together identify a row in its source
    ordered      pairs of date targets that must not be reversed
    needs        which of "source", "as_at", "level", "space" an order must name
    takes        which of them, or "province", it may name besides
    levels       the choices of `level`
    layouts      folder of shipped mappings (*.yaml), one per known layout of a file
    layout       the one of them in which a file is read where nothing else is asked
    read         for files that are not tables (shapes): yields rows itself, instead of the table readers
    suffixes     what the upload form takes
    by_found     whether `accept` asks a row only for what `check` put into `found`: its values are let go before
    details      what its sender must say besides, as targets: asked on the page, `--set name=value` on the command line
    version      sets rows of different versions apart (boundaries of another date are not changes)
    limits       how large its files may be
    own_layouts  layouts that the room itself reads, by name, as mappings that name them (`MappingSpec.layout`)
    recognise    the own layout that a file with these headers is plainly in
    suggest      what the room itself knows of headers, by what was said besides: header → target
    explain      what can be said of what was said besides, as (label, words), for whoever matches columns
    became       what a stored run has become, for its page: (words, address)
    templates    empty tables to fill and send back, as (words, address)
    follow       what the command line does at once when a file was stored: yields lines to tell
    """

    name: str
    title: "StrOrPromise"
    permission: Permission
    targets: tuple[Target, ...]
    reader: "Callable[[ImportOrder], RowReader | ColumnReader]"
    scopes: Callable[[ImportOrder], list[str]] = _national
    row_key: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset({"space"})
    levels: "tuple[tuple[str, StrOrPromise], ...]" = ()
    layouts: Path | None = None
    layout: str = ""
    read: Callable[[Path, ImportOrder, IssueLog], Iterator[Row]] | None = None
    suffixes: tuple[str, ...] = (".csv", ".xlsx")
    by_found: bool = False
    details: tuple[Target, ...] = ()
    version: Callable[[ImportOrder], str] = field(default=lambda order: "")
    limits: Limits = LIMITS
    own_layouts: "Callable[[], Mapping[str, MappingSpec]] | None" = None
    recognise: "Callable[[Sequence[str]], MappingSpec | None] | None" = None
    suggest: Callable[[Sequence[str], Mapping[str, str]], Mapping[str, str]] | None = None
    explain: "Callable[[Mapping[str, str]], Sequence[tuple[StrOrPromise, str]]] | None" = None
    became: "Callable[[ImportRun, Actor], Sequence[tuple[str, str]]] | None" = None
    templates: "Callable[[], Sequence[tuple[StrOrPromise, str]]] | None" = None
    follow: Callable[[Actor], Iterator[str]] | None = None

    def target(self, name: str) -> Target | None:
        return next((target for target in self.targets if target.name == name), None)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Offer a kind of file. Called from a room's `apps.py: ready()`; registering a name again replaces it."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """Every registered kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def get_kind(name: str) -> Kind:
    """The kind of that name. Raises RuleBroken that lists the kinds there are."""
    try:
        return _kinds[name]
    except KeyError:
        raise RuleBroken(
            _("There is no kind of import called %(name)s. The kinds are: %(kinds)s.")
            % {"name": name, "kinds": ", ".join(sorted(_kinds)) or "none"}
        ) from None
