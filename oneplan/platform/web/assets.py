"""The built front end: which files a page needs, read from the build's manifest."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"


@lru_cache(maxsize=4)
def _read(path: Path, _written_at: int) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def manifest() -> dict[str, Any]:
    """The build's manifest; empty where the front end is not built (pages then work, plainly)."""
    path = DIST / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


def vite_links(entry: str) -> SafeString:
    """Link and script elements of `frontend/src/<entry>.ts`: its styles, its script, and the body font ahead of time.

    File names hold a hash of their content, so they may be cached for ever and need no query string.
    """
    files = manifest()
    chunk = files.get(f"src/{entry}.ts")
    if chunk is None:
        return format_html("<!-- {}: front end not built; run `make frontend` -->", entry)
    fonts = [
        (static(f"dist/{name}"),)
        for name in chunk.get("assets", [])
        if name.endswith(".woff2") and "-latin-400" in name
    ]
    styles = [(static(f"dist/{name}"),) for name in chunk.get("css", [])]
    imports = [(static(f"dist/{files[name]['file']}"),) for name in chunk.get("imports", []) if name in files]
    return format_html(
        '{}{}{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="preload" as="font" type="font/woff2" crossorigin href="{}">', fonts),
        format_html_join("", '<link rel="stylesheet" href="{}">', styles),
        format_html_join("", '<link rel="modulepreload" href="{}">', imports),
        static(f"dist/{chunk['file']}"),
    )
