"""A workbook is asked for, made, and leaves the house."""

import hashlib
import json
import tempfile
import zlib
from pathlib import Path

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.documents import store
from oneplan.spaces.models import Space
from oneplan.workbooks import queries, rules
from oneplan.workbooks.actions.keeping import MEDIA
from oneplan.workbooks.choices import Event, WorkbookState
from oneplan.workbooks.contents import as_issued
from oneplan.workbooks.languages import ENGLISH
from oneplan.workbooks.models import FORMAT, Workbook
from oneplan.workbooks.writing import write_workbook


@transaction.atomic
def ask_workbook(
    space: Space, *, institution: Institution | None = None, language: str = ENGLISH, by: Actor
) -> Workbook:
    """Ask for a workbook of a space, or of one party in it; `make_workbook` fills it.

    Raises NotAllowed, RuleBroken (no edition, the party takes no part, a language that the house does not speak).
    """
    rules.check_may_issue(by, space, institution)
    rules.check_language(language)
    edition = rules.current_edition(space)
    if institution:
        rules.check_takes_part(space, institution)
    return Workbook.objects.create(
        space=space, edition=edition, institution=institution, language=language, format=FORMAT, issued_by=by.user,
        issued_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def make_workbook(workbook: Workbook, *, by: Actor) -> Workbook:
    """Write the file of a workbook that was asked for, and keep every cell as issued. Harmless to repeat."""
    workbook = _locked(workbook)
    if workbook.is_issued:
        return workbook
    rules.check_may_issue(by, workbook.space, workbook.institution)
    house = queries.house_of(workbook)
    issued = as_issued(house)
    packed = json.dumps(issued, ensure_ascii=False, separators=(",", ":")).encode()
    workbook.packed, workbook.digest = zlib.compress(packed, 3), hashlib.sha256(packed).hexdigest()
    workbook.rows = sum(len(sheet["rows"]) for sheet in issued["sheets"].values())
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        write_workbook(workbook, issued, house.lists, file.name)
        with Path(file.name).open("rb") as made:
            workbook.document = store(made, name=workbook.file_name, media_type=MEDIA, by=by)
    workbook.state, workbook.message = WorkbookState.ISSUED, ""
    workbook.save()
    record(
        Event.WORKBOOK_ISSUED, workbook, by=by, space=workbook.space_id, edition=workbook.edition.number,
        party=workbook.institution_id or "", rows=workbook.rows, digest=workbook.digest,
    )  # fmt: skip
    return workbook


def issue_workbook(
    space: Space, *, institution: Institution | None = None, language: str = ENGLISH, by: Actor
) -> Workbook:
    """Ask for a workbook and make it at once. `open_document(workbook.document)` is the file."""
    return make_workbook(ask_workbook(space, institution=institution, language=language, by=by), by=by)


@transaction.atomic
def fail_workbook(workbook: Workbook, sentence: str) -> None:
    """Remember why a workbook could not be made."""
    workbook = _locked(workbook)
    if workbook.state == WorkbookState.ASKED:
        workbook.state, workbook.message = WorkbookState.FAILED, sentence[:400]
        workbook.save(update_fields=["state", "message"])


def _locked(workbook: Workbook) -> Workbook:
    rows = Workbook.objects.select_for_update(of=("self",))
    return rows.select_related("space__province", "edition", "institution", "issued_by").get(pk=workbook.pk)
