"""Pages of imports: hand a file in, match its columns, see what would happen, accept or discard."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.exchange import actions, queries, rules, tasks
from oneplan.exchange.annotated import write_annotated
from oneplan.exchange.checking import headers_of
from oneplan.exchange.choices import IssueKind, RunState, Severity
from oneplan.exchange.forms import IssueFilter, MappingFileForm, MatchForm, RunFilter, UploadForm, may_import, suffix_of
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.kinds import Hashed, ImportOrder, Kind, get_kind
from oneplan.exchange.mapping import (
    MappingSpec,
    as_yaml,
    automatic_spec,
    columns_of,
    layout_of,
    parse_spec,
    snake,
    spec_of,
    suggest,
)
from oneplan.exchange.models import ImportRun, Mapping
from oneplan.exchange.pipeline import find_spec, with_source
from oneplan.exchange.readers.guard import MIB, sha256_of
from oneplan.exchange.values import fold
from oneplan.platform.documents import open_document
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import render_page_or_part

_HOW = ("read", "accepted", "refused", "unchanged")
_AT_WORK = (RunState.CHECKING, RunState.ACCEPTING)


@login_required
@require_GET
def runs(request: ActorHttpRequest) -> HttpResponse:
    """Every import the reader may see, newest first."""
    form = RunFilter(request.GET)
    rows = queries.visible_to(request.actor)
    if form.is_valid():
        asked = form.cleaned_data
        rows = rows.filter(kind=asked["kind"]) if asked["kind"] else rows
        rows = rows.filter(state=asked["state"]) if asked["state"] else rows
        rows = rows.filter(source__icontains=asked["source"]) if asked["source"] else rows
    context = {
        "page": paginate(request, rows), "form": form, "chips": chips(request, form),
        "may_import": may_import(request.actor),
    }  # fmt: skip
    return render_page_or_part(request, "exchange/runs.html", "exchange/_runs.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def start_import(request: ActorHttpRequest, kind: str) -> HttpResponse:
    """Hand a file in."""
    found = _kind_or_404(request, kind)
    form = UploadForm(
        request.POST or None, request.FILES or None, kind=found, actor=request.actor, initial=request.GET.dict()
    )
    if request.method == "POST" and form.is_valid():
        try:
            started, spec = _take_in(request, found, form)
            if spec or found.read is not None:
                return _check(request, started, found, spec)
            return redirect("exchange:match_columns", started.pk)
        except (FileRefused, RuleBroken) as refusal:
            form.add_error("file" if isinstance(refusal, FileRefused) else None, str(refusal))
    needed = [target for target in found.targets if target.required]
    return render(request, "exchange/start_import.html", {
        "form": form, "kind": found, "needed": needed, "others": [each for each in found.targets if each not in needed],
        "templates": found.templates() if found.templates else (),
    })  # fmt: skip


def _take_in(request: ActorHttpRequest, kind: Kind, form: UploadForm) -> tuple[ImportRun, MappingSpec | None]:
    asked = form.cleaned_data
    upload: UploadedFile[bytes] = asked["file"]
    most: int = settings.FILE_UPLOAD_MAX_BYTES
    if (upload.size or 0) > most:
        raise RuleBroken(_("The file has more than %(most)s MB. Split it by rows.") % {"most": most // MIB})
    using, _colon, name = asked.get("using", "").partition(":")
    spec = find_spec(kind, **{using: name}) if using in ("layout", "mapping") else None
    with _on_disk(upload) as path:
        order = ImportOrder(
            kind=kind.name, by=request.actor, source=asked["source"], as_at=asked["as_at"],
            level=asked.get("level", ""), space=asked.get("space", "").strip().upper(),
            province=asked.get("province", "").strip().upper(), licence=asked["licence"],
            file_name=upload.name or "file", file=Hashed(sha256_of(path)), details=form.details(),
        )  # fmt: skip
        order = with_source(order, spec or find_spec(kind))
        return actions.start_import(path, kind=kind, order=order, by=request.actor), spec


@contextmanager
def _on_disk(upload: "UploadedFile[bytes]") -> Iterator[Path]:
    if isinstance(upload, TemporaryUploadedFile):
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(suffix=suffix_of(upload.name or "")) as file:
        copyfileobj(upload, file)
        file.flush()
        yield Path(file.name)


def _check(request: ActorHttpRequest, run: ImportRun, kind: Kind, spec: MappingSpec | None) -> HttpResponse:
    order = tasks.order_of(run, request.actor)
    with transaction.atomic():
        actions.check_import(run, kind=kind, order=order, spec=spec, by=request.actor)
        transaction.on_commit(lambda: tasks.check_run.enqueue(run.pk, request.actor.user_id))
    return redirect("exchange:run", run.pk)


@login_required
@require_http_methods(["GET", "POST"])
def match_columns(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Say which source column means what. Suggestions are filled in; nothing is used until it is sent."""
    run = _run_or_404(request, pk)
    kind = _kind_or_404(request, run.kind)
    rules.check_can_move(run, RunState.CHECKING)
    try:
        with actions.staged_file(run) as path:
            headers, samples = headers_of(path, kind, None)
    except FileRefused as refusal:
        return render(request, "exchange/match_columns.html", {"run": run, "kind": kind, "sentence": str(refusal)})
    layout = None if run.mapping else layout_of(kind, headers)
    before = layout.as_dict() if layout else run.mapping
    chosen = _chosen(before) or _suggested(kind, headers, run.details)
    form = MatchForm(
        request.POST or None, kind=kind, headers=headers, samples=samples, chosen=chosen, before=before,
        said=run.details,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            spec = spec_of(form.spec(), kind)
            if spec.name:
                _remember(request, run, kind, spec)
            return _check(request, run, kind, spec)
        except (FileRefused, RuleBroken, StaleRevision) as refusal:
            form.add_error(None, str(refusal))
    context = {
        "run": run, "kind": kind, "form": form, "file_form": MappingFileForm(), "layout": layout,
        "needed": [target for target in kind.targets if target.required],
        "explained": kind.explain({**before.get("constants", {}), **run.details}) if kind.explain else (),
    }  # fmt: skip
    return render(request, "exchange/match_columns.html", context, status=422 if form.is_bound else 200)


def _suggested(kind: Kind, headers: list[str], said: dict[str, str]) -> dict[str, list[str]]:
    """Folded header → the target that it likely means: its own name, else as the room knows, else a likeness."""
    exact = {
        column: name for name, source in automatic_spec(kind, headers).columns.items() for column in columns_of(source)
    }
    known = {**suggest(kind, headers), **(kind.suggest(headers, said) if kind.suggest else {}), **exact}
    return {fold(header): [name] for header, name in known.items()}


def _chosen(mapping: dict[str, Any]) -> dict[str, list[str]]:
    """Folded header → the targets it feeds, as a mapping has it."""
    chosen: dict[str, list[str]] = {}
    for target, source in mapping.get("columns", {}).items():
        for column in [source] if isinstance(source, str) else source:
            chosen.setdefault(fold(column), []).append(target)
    return chosen


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping_file(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """The mapping of a run as YAML: given out, or handed in to fill the match page."""
    run = _run_or_404(request, pk)
    kind = get_kind(run.kind)
    if request.method != "POST":
        spec = spec_of(run.mapping, kind) if run.mapping else MappingSpec({})
        answer = HttpResponse(as_yaml(spec, kind), content_type="application/yaml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="mapping-{run.pk}.yaml"'
        return answer
    kind = _kind_or_404(request, run.kind)
    form = MappingFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            spec = parse_spec(form.cleaned_data["mapping"], kind, _("handed in"))
            order = tasks.order_of(run, request.actor)
            actions.propose_mapping(run, kind=kind, order=order, spec=spec, by=request.actor)
        except (FileRefused, RuleBroken) as refusal:
            form.add_error("mapping", str(refusal))
        else:
            messages.success(request, _("The mapping is filled in below. Check it; nothing is stored yet."))
            return redirect("exchange:match_columns", pk)
    return render(request, "exchange/mapping_file.html", {"run": run, "kind": kind, "form": form}, status=422)


def _remember(request: ActorHttpRequest, run: ImportRun, kind: Kind, spec: MappingSpec) -> None:
    order = tasks.order_of(run, request.actor)
    known = Mapping.objects.filter(name=spec.name).first()
    revision = known.revision if known else 0
    spec = replace(spec, source=run.source)
    actions.remember_mapping(spec.name, kind=kind, spec=spec, by=request.actor, order=order, revision=revision)


@login_required
@require_GET
def run(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, what was found, what to do."""
    found = _run_or_404(request, pk)
    kind = get_kind(found.kind)
    order = tasks.order_of(found, request.actor)
    form = IssueFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    totals, samples = found.summary.get("totals", {}), found.summary.get("samples", {})
    context: dict[str, Any] = {
        "run": found, "kind": kind, "said": found.summary, "at_work": found.state in _AT_WORK, "form": form,
        "state": RunState(found.state), "chips": chips(request, form), "counts": _labelled(found),
        "page": paginate(request, queries.issues_of(found, kind=asked.get("kind", ""), text=asked.get("text", ""))),
        "may_act": passes(check, request.actor, kind.permission, kind.scopes(order)),
        "became": kind.became(found, request.actor) if kind.became and found.state == RunState.ACCEPTED else (),
        "left_out": grouped(sum(found.summary.get("rows_left_out", {}).values())),
        "money": _money(found, totals),
        "rows": {f"rows_{how}": grouped(found.summary.get(f"rows_{how}", 0)) for how in _HOW},
        "samples": [
            (_("Rows accepted, the first ten"), samples.get("accepted")),
            (_("Rows refused, the first ten"), samples.get("refused")),
        ],
        **_progress_words(found),
    }  # fmt: skip
    return render_page_or_part(request, "exchange/run.html", "exchange/_issues.html", context)


def _money(run: ImportRun, totals: dict[str, dict[str, str]]) -> dict[str, list[tuple[str, dict[str, Decimal]]]]:
    """The totals of the money columns: those that the mapping reads, and the others of the file."""
    read = {
        snake(column): column for source in run.mapping.get("columns", {}).values() for column in columns_of(source)
    }
    parts: dict[str, list[tuple[str, dict[str, Decimal]]]] = {"read": [], "unread": []}
    for name, total in totals.items():
        label = read.get(name) or name.replace("_", " ").capitalize()
        rands = {key: Decimal(rand) for key, rand in total.items()}
        parts["read" if name in read or not read else "unread"].append((label, rands))
    return parts


def _labelled(run: ImportRun) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "label": IssueKind(kind).label,
            "severity": severity,
            "words": Severity(severity).label,
            "count": count,
        }
        for kind, severity, count in queries.issue_counts(run)
    ]


def _progress_words(run: ImportRun) -> dict[str, Any]:
    verb = _("Storing") if run.state == RunState.ACCEPTING else _("Checking")
    words = _("%(verb)s: %(rows)s rows read so far.") % {"verb": verb, "rows": grouped(run.rows_seen)}
    return {"words": words, "is_over": run.state not in _AT_WORK}


@login_required
@require_GET
def progress(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """How far the work is; when it is over the page is asked for anew."""
    found = _run_or_404(request, pk)
    if found.state not in _AT_WORK:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "exchange/_progress.html", {"run": found, **_progress_words(found)})


@login_required
@require_POST
def accept_import(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Have the checked rows stored."""
    found = _run_or_404(request, pk)
    kind = get_kind(found.kind)
    with transaction.atomic():
        actions.ask_acceptance(found, kind=kind, order=tasks.order_of(found, request.actor), by=request.actor)
        transaction.on_commit(lambda: tasks.accept_run.enqueue(found.pk, request.actor.user_id))
    return redirect("exchange:run", found.pk)


@login_required
@require_POST
def discard_import(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Give the file up."""
    found = _run_or_404(request, pk)
    kind, order = get_kind(found.kind), tasks.order_of(found, request.actor)
    actions.discard_import(found, kind=kind, order=order, by=request.actor, reason=request.POST.get("reason", "")[:500])
    return redirect("exchange:runs")


@login_required
@require_GET
def report_json(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """The report for programs."""
    found = _run_or_404(request, pk)
    answer = JsonResponse(queries.report_of(found).as_dict(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="import-{found.pk}.json"'
    return answer


@login_required
@require_GET
def annotated(request: ActorHttpRequest, pk: int) -> FileResponse:
    """The file with what OnePlan says about each row, for whoever sent it."""
    found = _run_or_404(request, pk)
    if not (found.staged or found.document):
        raise Http404
    result = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - FileResponse closes it, which removes it
    with _source_of(found) as source:
        write_annotated(queries.report_of(found), result.name, source=source)
    return FileResponse(Path(result.name).open("rb"), as_attachment=True, filename=f"import-{found.pk}.xlsx")


@contextmanager
def _source_of(run: ImportRun) -> Iterator[Path]:
    if run.staged:
        with actions.staged_file(run) as path:
            yield path
    elif run.document:
        with open_document(run.document) as file, tempfile.NamedTemporaryFile(suffix=suffix_of(run.file_name)) as copy:
            copyfileobj(file, copy)
            copy.flush()
            yield Path(copy.name)


def _run_or_404(request: ActorHttpRequest, pk: int) -> ImportRun:
    return get_object_or_404(queries.visible_to(request.actor), pk=pk)


def _kind_or_404(request: ActorHttpRequest, name: str) -> Kind:
    found = next((kind for kind in may_import(request.actor) if kind.name == name), None)
    if found is None:
        raise Http404
    return found
