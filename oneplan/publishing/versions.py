"""How each form is drawn, as a mark: a form whose drawing changed is made anew though its content did not."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from oneplan.publishing.choices import Form

_ROOM = Path(__file__).resolve().parent
_SHARED = ("content.py", "parts.py", "reading.py", "words.py", "../portal/figures.py", "../portal/reading.py")
_BRIEFS = (
    "briefs",
    "pdf",
    "typst",
    "charts.py",
    "maps.py",
    "../portal/queries/space.py",
    "../portal/queries/sealed.py",
)
_DRAWN_BY = {
    Form.PDF: ("pdf", "typst", "charts.py", "maps.py"),
    Form.WORD: ("word", "pdf", "charts.py", "maps.py"),
    Form.EXCEL: ("excel",),
    Form.JSON: (),
}


_PROFILES = (
    "profiles", *_BRIEFS, "word", "excel", "../indicators/profile", "../indicators/comparing",
    "../indicators/parameters/profile.yaml", "../indicators/parameters/registry",
)  # fmt: skip


@cache
def template_version(form: str) -> str:
    """Twelve digits over every file that draws the form."""
    return _digest(_DRAWN_BY[Form(form)])


@cache
def brief_version() -> str:
    """Twelve digits over every file that draws a brief."""
    return _digest(_BRIEFS)


@cache
def profile_version() -> str:
    """Twelve digits over every file that makes or draws a profile."""
    return _digest(_PROFILES)


def _digest(names: tuple[str, ...]) -> str:
    sha = sha256()
    for name in (*_SHARED, *names):
        path = _ROOM / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix in (".py", ".typ", ".yaml") and "tests" not in file.parts:
                sha.update(file.read_bytes())
    return sha.hexdigest()[:12]
