"""Narrative text for the page: the few tags of a plan's sections as a tree that the template sets, never as source."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from oneplan.plans.rules.text import clean_html

Node = str | dict[str, Any]

_INLINE = {"strong", "em", "a"}
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass
class _Tag:
    name: str
    children: list["_Tag | str"] = field(default_factory=list)
    href: str = ""


class _Tree(HTMLParser):
    """Cleaned HTML as a tree. nh3 balances the tags; a stray end is passed over all the same."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Tag("")
        self.path = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        opened = _Tag(tag, href=dict(attrs).get("href") or "")
        self.path[-1].children.append(opened)
        self.path.append(opened)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.path) - 1, 0, -1):
            if self.path[depth].name == tag:
                del self.path[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)


def narrative(html: str, *, below: int) -> list[Node]:
    """The blocks of a section's HTML. `below` is the level of the heading it stands under; none is skipped.

    >>> narrative("<h4>Water</h4><p>31 % of <b>all</b> <em>taps</em></p>", below=2)[0]
    {'n': 'h', 'level': 3, 'c': ['Water']}
    """
    tree = _Tree()
    tree.feed(clean_html(html))
    tree.close()
    return _Blocks(below).of(tree.root.children)


class _Blocks:
    def __init__(self, below: int) -> None:
        self.below = below
        self.last = below

    def of(self, children: list[_Tag | str]) -> list[Node]:
        """Blocks in order; loose words between them become paragraphs."""
        blocks: list[Node] = []
        loose: list[_Tag | str] = []
        for child in children:
            if isinstance(child, str) or child.name in _INLINE:
                loose.append(child)
                continue
            blocks += _paragraph(loose)
            loose = []
            blocks += self._block(child)
        return blocks + _paragraph(loose)

    def _block(self, tag: _Tag) -> list[Node]:
        match tag.name:
            case "p":
                return _paragraph(tag.children)
            case "h3" | "h4":
                return self._heading(tag)
            case "ul" | "ol":
                items = [self.of(each.children) for each in tag.children if isinstance(each, _Tag)]
                items = [each for each in items if each]
                return [{"n": tag.name, "items": items}] if items else []
            case "blockquote":
                quoted = self.of(tag.children)
                return [{"n": "quote", "c": quoted}] if quoted else []
            case "table":
                return self._table(tag)
            case _:
                return self.of(tag.children)

    def _heading(self, tag: _Tag) -> list[Node]:
        words = _inline(tag.children)
        if not words:
            return []
        wanted = self.below + (1 if tag.name == "h3" else 2)
        self.last = min(wanted, self.last + 1)
        return [{"n": "h", "level": self.last, "c": words}]

    def _table(self, tag: _Tag) -> list[Node]:
        rows = [[each for each in row.children if isinstance(each, _Tag)] for row in _rows(tag)]
        rows = [row for row in rows if row]
        if not rows:
            return []
        wide = max(len(row) for row in rows)
        cells = [[self._cell(cell) for cell in row] + [[] for _ in range(wide - len(row))] for row in rows]
        heads = all(cell.name == "th" for cell in rows[0])
        return [
            {"n": "table", "columns": wide, "head": cells[0] if heads else [], "rows": cells[1:] if heads else cells}
        ]

    def _cell(self, tag: _Tag) -> list[Node]:
        """A cell's blocks; a heading in a cell is set as strong words, for it heads nothing."""
        return [
            {"n": "p", "c": [{"n": "strong", "c": each["c"]}]} if isinstance(each, dict) and each["n"] == "h" else each
            for each in _Blocks(self.below).of(tag.children)
        ]


def _rows(tag: _Tag) -> list[_Tag]:
    found: list[_Tag] = []
    for child in tag.children:
        if isinstance(child, _Tag):
            found += [child] if child.name == "tr" else _rows(child) if child.name != "table" else []
    return found


def _paragraph(children: list[_Tag | str]) -> list[Node]:
    words = _inline(children)
    if words and isinstance(words[0], str):
        words[0] = words[0].lstrip(" ")
    if words and isinstance(words[-1], str):
        words[-1] = words[-1].rstrip(" ")
    words = [each for each in words if each]
    return [{"n": "p", "c": words}] if words else []


def _inline(children: list[_Tag | str]) -> list[Node]:
    words: list[Node] = []
    for child in children:
        if isinstance(child, str):
            if child:
                words.append(_SPACE.sub(" ", child))
        elif inner := _inline(child.children):
            if child.name == "a" and child.href:
                words.append({"n": "a", "href": child.href, "c": inner})
            elif child.name in {"strong", "em"}:
                words.append({"n": child.name, "c": inner})
            else:
                words += inner
    return words
