"""The content policy allows no style and no script written into a page, and no page asks for it."""

import re
from pathlib import Path

import pytest
from django.test import Client

PACKAGE = Path(__file__).resolve().parents[2]


def test_the_policy_allows_nothing_inline(db):
    policy = Client().get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.engine_free
def test_no_template_writes_style_or_script_into_a_tag():
    inline = re.compile(r"<[^>]*\s(style|on[a-z]+)\s*=\s*[\"']")
    templates = list(PACKAGE.rglob("templates/**/*.html"))
    assert len(templates) > 50
    assert [str(path) for path in templates if inline.search(path.read_text(encoding="utf-8"))] == []
