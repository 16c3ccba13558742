"""The one door to typst: a template of ours, data as JSON, pictures as SVG; tagged PDF/UA-1 out.

Text never becomes typst source. It travels as JSON in `sys.inputs` and is set as strings, so that `#`, `$`, `*`, `@`
and `\\` print as they are. Only the fonts that typst carries itself are used: the same bytes on every machine.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import typst

TEMPLATES = Path(__file__).resolve().parent.parent / "typst"
STANDARD: Final = "ua-1"
FONT = "Libertinus Serif"

# What the embedded fonts surely draw: Latin with its marks and what our own words use. Anything else is tried first.
_SURE = frozenset(
    chr(code) for start, stop in ((0x20, 0x7F), (0xA0, 0x180), (0x2010, 0x2027)) for code in range(start, stop)
)
UNDRAWABLE = "\N{REPLACEMENT CHARACTER}"
_PROBE = f'#set document(title: "?")\n#set text(font: "{FONT}")\n#sys.inputs.text'.encode()

_REMEMBERED_RUNS = 10
_KEPT_BYTES = 1_500_000
_remembered = 0  # bytes of the documents made since typst let go of the last ones

_LONG_WORD = re.compile(r'[^\s"\\]{24,}')
_BREAKABLE = re.compile(r"(?<=[/\-._@=&?:;,+|])(?=.)|(?<=[^\u200b]{16})(?=.)")
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u00[01][0-9a-f]|b|f)")  # as JSON writes them
_HASH = re.compile(r"[0-9a-f]{64}|[0-9a-f]{128}")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def compile_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, str], *, at: datetime) -> bytes:
    """A tagged PDF (PDF/UA-1) of a template in `publishing/typst` and its data.

    `data` holds JSON types; `pictures` are SVG by the names that the data use; `at` is the date written into the file,
    so that the same content gives the same bytes. Raises typst.TypstError where the template or the standard refuses.
    """
    compiler = typst.Compiler(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs(data, pictures),
    )
    made = b""
    try:
        made = _whole(compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=at))
        return made
    finally:
        _forget(len(made))


def inputs(data: Mapping[str, Any], pictures: Mapping[str, str]) -> dict[str, str]:
    """What a template finds in `sys.inputs`: the data as one JSON text and each picture under its own name."""
    told = drawable(_CONTROL.sub(r"\1", json.dumps(data, ensure_ascii=False)))
    return {"data": _LONG_WORD.sub(_with_breaks, told)} | {
        f"picture-{name}": drawable(svg) for name, svg in pictures.items()
    }


def picture_png(svg: str, *, width_mm: float, ppi: int = 200) -> bytes:
    """An SVG as a PNG, drawn by the same engine and the same fonts as in the PDF: for programs that take no SVG."""
    source = f"#set page(width: {width_mm}mm, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), width: 100%)"
    compiler = typst.Compiler(
        source.encode(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"svg": drawable(svg)}
    )
    return _whole(compiler.compile(format="png", ppi=ppi))


def _whole(made: bytes | list[bytes] | None) -> bytes:
    """What the compiler made, as one file; a picture is one page."""
    if isinstance(made, bytes):
        return made
    raise ValueError("The compiler made several files, or none.")


def drawable(text: str) -> str:
    """The text with every character that no embedded font draws shown as `�` (an emoji, say): PDF/UA forbids holes."""
    strange = {character for character in set(text) - _SURE if not character.isspace()}
    missing = _undrawable("".join(sorted(strange)))
    return text.translate(dict.fromkeys(map(ord, missing), UNDRAWABLE)) if missing else text


@lru_cache(maxsize=512)
def _undrawable(characters: str) -> str:
    """Those of the characters that fonts do not draw, found by trying: all at once, then by halves."""
    if not characters or _draws(characters):
        return ""
    if len(characters) == 1:
        return characters
    half = len(characters) // 2
    return _undrawable(characters[:half]) + _undrawable(characters[half:])


def _forget(made: int) -> None:
    """Let go of what typst keeps of documents for its next ten runs, in every worker: some 70 MB for each MB made.

    Letting go takes as long as a page does, so small documents are kept until they are as much as a large one. What a
    compilation that failed keeps is unknown, so it goes at once.
    """
    global _remembered
    _remembered += made
    if made and _remembered < _KEPT_BYTES:
        return
    _remembered = 0
    for _run in range(_REMEMBERED_RUNS + 1):
        _nothing().compile(format="svg")


@cache
def _nothing() -> typst.Compiler:
    return typst.Compiler(TEMPLATES / "nothing.typ", root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)


def _draws(text: str) -> bool:
    compiler = typst.Compiler(_PROBE, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"text": text})
    try:
        compiler.compile(format="pdf", pdf_standards=STANDARD)
    except typst.TypstError:
        return False
    return True


def _with_breaks(match: re.Match[str]) -> str:
    """A long word with places where a line may break; hashes are kept whole, to be copied."""
    word = match[0]
    return word if _HASH.search(word) else _BREAKABLE.sub("\u200b", word)
