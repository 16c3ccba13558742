"""The projects of the current filter as a file: at once, or in the background where that takes too long."""

import tempfile
from pathlib import Path

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.web.responses import file_name, render_page_or_part
from oneplan.projects import files, kept, tasks
from oneplan.projects.queries import ProjectFilters


@require_http_methods(["GET", "HEAD", "POST"])
def download(request: ActorHttpRequest, form: str) -> HttpResponseBase:
    """What the reader may see of the filter. A large file is offered, and made when it is asked for by POST.

    `lies_in` is a space: what lies in it wholly or by a share, as its own list shows it.
    """
    if form not in files.MEDIA_TYPES:
        raise Http404
    actor = request.actor
    wanted = kept.Wanted(ProjectFilters.read(request.GET), request.GET.get("lies_in", ""))
    rows = wanted.rows(actor)
    count = rows.order_by().count()
    if count <= kept.DIRECT:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"projects.{form}"
            files.write_file(rows, form, path)
            return _file(path, form)
    if request.method != "POST":
        return render(request, "projects/download.html", {"count": count, "form": dict(files.FORMS)[form]})
    key = kept.key_of(actor, form, wanted)
    if kept.ask(actor, form, key):
        given = (actor.user_id, form, [list(pair) for pair in wanted.filters.pairs()], key, wanted.lies_in)
        transaction.on_commit(lambda: tasks.make_file.enqueue(*given))
    return redirect("projects:kept_file", form, key)


@require_safe
def kept_file(request: ActorHttpRequest, form: str, key: str) -> HttpResponseBase:
    """How far a large file is; with `?file=1` the file itself. Only whom it was made for finds it."""
    try:
        state = kept.state(request.actor, form, key)
    except ValueError:
        raise Http404 from None
    if form not in files.MEDIA_TYPES or not state:
        raise Http404
    if state == "ready" and "file" in request.GET:
        return _file(kept.ready(request.actor, form, key), form)
    context = {"state": state, "form": dict(files.FORMS)[form], "is_kept": True}
    return render_page_or_part(request, "projects/download.html", "projects/_download_state.html", context)


def _file(path: Path, form: str) -> FileResponse:
    """The file; opened here, so that it may go from its folder while it is sent."""
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=file_name("projects", form), content_type=files.MEDIA_TYPES[form]
    )
    response["Cache-Control"] = "private, no-store"
    return response
