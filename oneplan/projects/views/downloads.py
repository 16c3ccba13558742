"""The projects of the current filter as a file."""

import tempfile
from pathlib import Path

from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.web.responses import file_name
from oneplan.projects import queries
from oneplan.projects.exports import files
from oneplan.projects.queries import ProjectFilters


@require_safe
def download(request: ActorHttpRequest, form: str) -> HttpResponseBase:
    """What the reader may see of the filter, made while they wait.

    `lies_in` is a space: what lies in it wholly or by a share, as its own list shows it.
    """
    if form not in files.MEDIA_TYPES:
        raise Http404
    rows = ProjectFilters.read(request.GET).apply(queries.visible_to(request.actor))
    if code := request.GET.get("lies_in"):
        rows = rows.filter(queries.placed_in([code]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"projects.{form}"
        files.write_file(rows, form, path)
        made = path.open("rb")  # stays readable when the folder is gone
    response = FileResponse(
        made, as_attachment=True, filename=file_name("projects", form), content_type=files.MEDIA_TYPES[form]
    )
    response["Cache-Control"] = "private, no-store"
    return response
