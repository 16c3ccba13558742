"""The pages of a One Plan as plain HTML: what WeasyPrint is given as the equivalent document."""

import base64
import html
from typing import Any

CSS = """
@page { size: A4; margin: 24mm 20mm 22mm; @top-left { content: "One Plan of Waterberg, edition 1" }
  @top-right { content: "SAMPLE" } @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
body { font: 8.4pt/1.2 "DejaVu Serif", serif; color: #17222b }
h1 { break-before: page; font-size: 20pt; color: #1d4f63 }
h2 { font-size: 13pt; color: #1d4f63 }
h3 { font-size: 9.6pt; margin: 10pt 0 2pt }
h1, h2, h3 { break-after: avoid }
p, ul { margin: 2pt 0 4pt }
table { border-collapse: collapse; width: 100%; font-size: 7.2pt; margin: 4pt 0 }
th, td { text-align: left; vertical-align: top; padding: 2.6pt 4pt; border-bottom: .5pt solid #d5dbe0 }
tr { break-inside: avoid }
img { width: 100% }
.pair { margin: 0; padding-left: 28mm; text-indent: -28mm }
.pair b { display: inline-block; width: 28mm; text-indent: 0; font-weight: 400; color: #52606b }
"""


def as_html(data: dict[str, Any], pictures: dict[str, str]) -> str:
    """The prepared blocks as plain HTML: the peer's equivalent document."""
    body = "".join(_html(block, pictures) for block in [*data.get("opening", ()), *data["blocks"]])
    head = f"<title>{html.escape(data['meta']['title'])}</title><style>{CSS}</style>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def _cell(cell: Any) -> str:
    if isinstance(cell, list):
        return "<br>".join(map(_cell, cell))
    return (
        html.escape(str(next((cell[key] for key in ("t", "code", "strong", "muted") if key in cell), "")))
        if isinstance(cell, dict)
        else html.escape(cell)
    )


def _table(block: dict[str, Any]) -> str:
    head = "".join(f"<th>{html.escape(each)}</th>" for each in block["labels"])
    rows = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in block["rows"])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _pairs(pairs: Any) -> str:
    return "".join(f'<p class="pair"><b>{html.escape(label)}</b>{_cell(said)}</p>' for label, said in pairs)


def _node(node: Any) -> str:
    if isinstance(node, str):
        return html.escape(node)
    return (
        f"<p>{''.join(map(_node, node['c']))}</p>"
        if "c" in node
        else "<ul>" + "".join(f"<li>{''.join(map(_node, item))}</li>" for item in node["items"]) + "</ul>"
    )


def _html(block: dict[str, Any], pictures: dict[str, str]) -> str:
    match block["k"]:
        case "h":
            return f"<h{block['level']}>{html.escape(block['number'] + ' ' + block['text'])}</h{block['level']}>"
        case "words":
            return "".join(f"<p>{html.escape(each)}</p>" for each in block["paragraphs"])
        case "story":
            return "".join(map(_node, block["nodes"]))
        case "facts":
            return _pairs(block["pairs"])
        case "table":
            return f"<p><b>{html.escape(block['title'])}</b></p>" + _table(block)
        case "figures":
            return "".join(_html(each, pictures) for each in block["rows"])
        case "figure":
            picture = base64.b64encode(pictures[block["picture"]].encode()).decode()
            source = f"data:image/svg+xml;base64,{picture}"
            return f'<p><b>{html.escape(block["title"])}</b></p><img alt="{html.escape(block["alt"])}" src="{source}">'
        case "findings":
            return "".join(
                f"<p><b>{html.escape(row['ref'])} {html.escape(row['text'])}</b> {html.escape(row['figure'])}</p>"
                + _pairs(row["lines"])
                for row in block["rows"]
            )
        case "measures":
            return "".join(
                f"<p><b>{html.escape(row['title'])}</b> {html.escape(row['figure'])}</p>"
                f"<p>{html.escape(row['notes'])}</p><p>{html.escape(row['sentence'])}</p>"
                + _pairs([*row["beside"], *row["broken"]])
                for row in block["rows"]
            )
        case "commitment":
            states = " ".join(map(_cell, block["states"]))
            return (
                f"<h3>{html.escape(block['ref'])} {html.escape(block['title'])}</h3>"
                f"<p>{states} {html.escape(block['kind'])}</p>"
                + _pairs(block["elements"])
                + _table(block["parties"])
                + f"<p>{html.escape(block['budget'])}</p>"
                + "".join(map(_table, block["money"]))
            )
        case _:
            return "".join(f"<p>{html.escape(each)}</p>" for each in block.get("lines", [block.get("text", "")]))
