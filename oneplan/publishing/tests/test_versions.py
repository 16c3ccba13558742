"""A form is made anew when the code that draws it changed, and only then."""

import shutil

import pytest

from oneplan.publishing import versions
from oneplan.publishing.choices import Form


@pytest.fixture
def versions_after(tmp_path, monkeypatch):
    """The marks of a brief and of a plan's PDF, after a line was added to some file of a copy of the rooms."""
    room = versions._ROOM
    for name in ("publishing", "portal"):
        shutil.copytree(room.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    monkeypatch.setattr(versions, "_ROOM", tmp_path / "publishing")

    def change(name=""):
        if name:
            with (tmp_path / "publishing" / name).open("a") as file:
                file.write("# changed")
        return versions.brief_version.__wrapped__(), versions.template_version.__wrapped__(Form.PDF)

    return change


@pytest.mark.parametrize(
    ("name", "brief_changes", "plan_changes"),
    [
        ("briefs/district.py", True, False),
        ("briefs/page.py", True, False),
        ("typst/brief.typ", True, True),
        ("maps.py", True, True),
        ("excel/sheets.py", False, False),
    ],
)
def test_a_brief_is_drawn_anew_when_what_draws_it_changed(versions_after, name, brief_changes, plan_changes):
    brief, plan = versions_after()
    assert (brief, plan) == (versions.brief_version(), versions.template_version(Form.PDF))
    changed_brief, changed_plan = versions_after(name)
    assert (changed_brief != brief, changed_plan != plan) == (brief_changes, plan_changes)
