"""Uploads stream to disk, and stop at the most that is taken: nobody fills the disk by sending more."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

_FORM_FIELDS = 1024 * 1024  # room for the other fields of the form


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Refuses a request whose files are larger than FILE_UPLOAD_MAX_BYTES: by what it announces, and by what comes."""

    received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  the name is Django's
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.FILE_UPLOAD_MAX_BYTES + _FORM_FIELDS:
            raise RequestDataTooBig(f"A request of {content_length} bytes is more than this installation takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > settings.FILE_UPLOAD_MAX_BYTES:
            raise RequestDataTooBig("The files sent are more than this installation takes.")
        return super().receive_data_chunk(raw_data, start)
