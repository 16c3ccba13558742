"""Documents: hashed, immutable, kept once."""

import hashlib
import io

import pytest

from oneplan.access.actors import system
from oneplan.platform.documents import keep, open_document, set_aside, store
from oneplan.platform.errors import RuleBroken

BY = system("tests")
pytestmark = pytest.mark.django_db


def test_a_document_is_kept_under_its_hash():
    document = store(io.BytesIO(b"minutes"), name="../minutes.txt", media_type="text/plain", by=BY)
    assert document.sha256 == hashlib.sha256(b"minutes").hexdigest()
    assert document.name == "minutes.txt", "a path in the name is dropped"
    assert document.size == 7
    with open_document(document) as file:
        assert file.read() == b"minutes"


def test_equal_files_share_their_bytes_but_keep_their_names():
    one = store(io.BytesIO(b"same"), name="a.txt", media_type="text/plain", by=BY)
    two = store(io.BytesIO(b"same"), name="b.txt", media_type="text/plain", by=BY)
    assert one.sha256 == two.sha256
    assert one.pk != two.pk


def test_a_file_set_aside_is_kept_as_it_was_copied_and_else_it_is_gone(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "shelf"
    path = tmp_path / "returns.csv"
    path.write_bytes(b"one")
    with set_aside(path) as aside:
        document = keep(aside, name="returns.csv", media_type="text/csv", by=BY)
    with open_document(document) as file:
        assert (file.read(), document.size) == (b"one", 3)
    path.write_bytes(b"two")
    with set_aside(path) as aside:
        assert aside.sha256 == hashlib.sha256(b"two").hexdigest()
        assert not aside.has_changed()
        path.write_bytes(b"three")
        assert aside.has_changed()
    assert [each.name for each in settings.MEDIA_ROOT.rglob("*") if each.is_file()] == [document.sha256]


def test_it_refuses_an_empty_file():
    with pytest.raises(RuleBroken, match="empty"):
        store(io.BytesIO(b""), name="a.txt", media_type="text/plain", by=BY)
