"""Uploads: to disk, and no more than the most."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@pytest.mark.django_db
def test_a_file_within_the_limit_is_taken_and_one_beyond_is_refused(settings):
    settings.FILE_UPLOAD_MAX_BYTES = 1000
    small = SimpleUploadedFile("a.json", b"x" * 900)
    assert Client().post("/verify/", {"file": small}).status_code != 400
    large = SimpleUploadedFile("b.json", b"x" * 1001)
    assert Client().post("/verify/", {"file": large}).status_code == 400
    announced = SimpleUploadedFile("c.json", b"x" * 2_000_000)
    assert Client().post("/verify/", {"file": announced}).status_code == 400
