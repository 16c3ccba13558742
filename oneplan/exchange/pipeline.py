"""The one entrance for imports from the command line and from code."""

from collections.abc import Mapping as MappingType
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.exchange import actions, rules
from oneplan.exchange.checking import Progress, check_file
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.kinds import Hashed, ImportOrder, Kind, get_kind
from oneplan.exchange.mapping import MappingSpec, read_spec, shipped_layouts, spec_of
from oneplan.exchange.models import Mapping
from oneplan.exchange.readers.guard import sha256_of
from oneplan.exchange.report import Report
from oneplan.platform.documents import set_aside
from oneplan.platform.errors import RuleBroken


def run_import(
    kind: str,
    path: Path | str,
    *,
    by: Actor,
    source: str = "",
    as_at: date | None = None,
    level: str = "",
    layout: str = "",
    mapping: str | Path | MappingType[str, Any] = "",
    space: str = "",
    province: str = "",
    licence: str = "",
    details: MappingType[str, str] | None = None,
    dry_run: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Import a file of a kind. A dry run does everything but store, and writes nothing at all.

    `layout` names a layout that the room ships; `mapping` a remembered mapping, a YAML file, or is one already.
    A file error is in the report (`exit_code` 1) and stores nothing. Raises RuleBroken or NotAllowed for misuse:
    no such kind, mapping or file, something missing from the order, no permission.
    """
    found, path = get_kind(kind), Path(path)
    if not path.is_file():
        raise RuleBroken(_("There is no file %(path)s.") % {"path": path})
    order = ImportOrder(
        kind=kind, by=by, source=source, as_at=as_at, level=level, space=space, province=province,
        licence=licence, file_name=path.name, details=details or {},
    )  # fmt: skip
    try:
        spec = find_spec(found, layout=layout, mapping=mapping)
    except FileRefused as refusal:
        raise RuleBroken(str(refusal)) from None
    order = with_source(order, spec)
    rules.check_order(found, order)
    check(by, found.permission, found.scopes(order))
    with nullcontext() if dry_run else set_aside(path) as file:
        order = replace(order, file=file or Hashed(sha256_of(path)))
        checked = check_file(path, order, found, spec, progress=progress)
        report = checked.report
        report.dry_run, report.strict = dry_run, strict
        try:
            if file and not report.is_file_error:
                actions.accept_import(checked, kind=found, order=order, spec=spec, file=file, by=by)
        except RuleBroken as refusal:
            refuse(report, refusal.sentence)
        finally:
            checked.close()
    return report


def refuse(report: Report, sentence: str) -> None:
    """Turn a report into that of a file refused as a whole, because storing it was refused."""
    report.run_id = None
    report.rows_refused += report.rows_accepted
    report.rows_accepted = report.rows_updated = 0
    for total in report.totals.values():
        total.accepted = 0
    report.issues.append(FileRefused(IssueKind.RULE_BROKEN, sentence).issue)


def with_source(order: ImportOrder, spec: MappingSpec | None) -> ImportOrder:
    """The order with a source: as asked, else the mapping's, else the file's name."""
    return replace(order, source=(order.source or (spec.source if spec else "") or order.file_name)[:200])


def find_spec(kind: Kind, *, layout: str = "", mapping: str | Path | MappingType[str, Any] = "") -> MappingSpec | None:
    """The mapping asked for, else the layout in which the kind's files come, else None.

    Raises RuleBroken (no such name) or FileRefused (it is wrong).
    """
    if layout and mapping:
        raise RuleBroken(_("Name a layout or a mapping, not both."))
    if not mapping:
        layout = layout or kind.layout
    if layout:
        shipped = shipped_layouts(kind)
        if layout not in shipped:
            raise RuleBroken(
                _("There is no layout “%(name)s”. The layouts are: %(names)s.")
                % {"name": layout, "names": ", ".join(shipped) or _("none")}
            )
        return shipped[layout]
    if isinstance(mapping, MappingType):
        return spec_of(mapping, kind)
    if not mapping:
        return None
    if str(mapping).endswith((".yaml", ".yml")) or isinstance(mapping, Path):
        if not Path(mapping).is_file():
            raise RuleBroken(_("There is no file %(path)s.") % {"path": mapping})
        return read_spec(Path(mapping), kind)
    remembered = Mapping.objects.filter(name=mapping, kind=kind.name).first()
    if remembered is None:
        names = ", ".join(Mapping.objects.filter(kind=kind.name).values_list("name", flat=True))
        raise RuleBroken(
            _("There is no mapping “%(name)s”. Remembered are: %(names)s.")
            % {"name": mapping, "names": names or _("none")}
        )
    return spec_of(remembered.as_dict(), kind)
