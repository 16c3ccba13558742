"""One file in a call: as multipart/form-data in the field `file`, with the limits of the pages.

It streams to disk and stops at the most that is taken (`platform.uploads`).
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from ninja.errors import ValidationError

MULTIPART = "multipart/form-data"
FIELD = "file"


def takes_file(words: str, **extra: Any) -> dict[str, Any]:
    """What an operation that takes a file says of it in its `openapi_extra`; `words` say which file."""
    file = {"type": "string", "format": "binary", "minLength": 1, "description": words}
    schema = {
        "type": "object", "title": "Upload", "additionalProperties": False, "required": [FIELD],
        "properties": {FIELD: file},
    }  # fmt: skip
    return {"requestBody": {"required": True, "content": {MULTIPART: {"schema": schema}}}, **extra}


def sent_file(request: HttpRequest) -> "UploadedFile[bytes]":
    """The file that was sent. Raises ValidationError where there is none, or anything beside it; RequestDataTooBig."""
    files = request.FILES.getlist(FIELD)
    errors = [
        {"type": "extra_forbidden", "loc": ("body", "upload", name)}
        for name in sorted({*request.FILES, *request.POST} - {FIELD})
    ]
    if FIELD in request.POST:
        errors.append({"type": "no_file", "loc": ("body", "upload", FIELD)})
    elif len(files) != 1:
        errors.append({"type": "several_files" if files else "missing", "loc": ("body", "upload", FIELD)})
    elif not files[0].size:
        errors.append({"type": "empty_file", "loc": ("body", "upload", FIELD)})
    if errors:
        raise ValidationError(errors)
    return files[0]
