"""Text: cleaning what was typed or pasted, and telling content from filler. Pure."""

import html
import re
import unicodedata
from decimal import Decimal

import nh3

TAGS = {
    "p",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
}
SCHEMES = {"http", "https", "mailto"}

# An element says something if at least this many different words of it say something.
LEAST_DISTINCT_WORDS = 4

_WORD = re.compile(r"[^\W\d_]+(?:['’\-‑][^\W\d_]+)*")
_BLOCK_END = re.compile(r"<(?:/(?:p|h3|h4|li|tr|td|th|blockquote)|br\s*/?)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_PUT_OFF = re.compile(
    r"\b(?:to be (?:confirmed|completed|determined|advised|added|provided|updated|inserted|finali[sz]ed|done|decided)"
    r"|not (?:yet )?(?:applicable|available|completed|determined)"
    r"|(?:insert|add|type|enter|your|sample) (?:your )?(?:text|content|information|details)(?: here)?"
    r"|under construction|coming soon|work in progress)\b"
)
_FILLER = frozenset(
    """
    tbc tbd tba na nil none null todo fixme placeholder blank empty test testing asdf asdfgh qwer qwerty zxcv hjkl jkl
    lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna
    aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute
    irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat non
    proident sunt culpa qui officia deserunt mollit anim id est laborum
    """.split()  # noqa: SIM905 — a list of 85 quoted words would be harder to read
)


def clean_html(text: str) -> str:
    """HTML with the few tags of a plan's narrative and nothing that runs; cleaning twice changes nothing.

    >>> clean_html('<p onclick="x()">Water <b>and</b> <script>alert(1)</script><em>roads</em></p>')
    '<p>Water and <em>roads</em></p>'
    """
    cleaned = nh3.clean(
        _without_controls(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None
    )
    return cleaned.strip()


def tidy(text: str) -> str:
    """Plain text as it is kept: no control characters, Unix line ends, composed letters, no blanks at the ends."""
    return unicodedata.normalize("NFC", _without_controls(text)).strip()


def _without_controls(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_text(text: str) -> str:
    """The words of a text that may hold HTML, tags taken out.

    >>> plain_text("<h3>Water</h3><p>31&nbsp;% of households</p>")
    'Water 31 % of households'
    """
    return " ".join(html.unescape(_TAG.sub("", _BLOCK_END.sub(" ", text))).split())


def distinct_words(text: str) -> frozenset[str]:
    """The different words of a text that say something, in small letters; filler is left out (see is_substantive)."""
    told = unicodedata.normalize("NFKC", plain_text(text)).casefold()
    told = _PUT_OFF.sub(" ", told.replace("n/a", " "))
    return frozenset(word for word in _WORD.findall(told) if len(set(word)) > 1 and word not in _FILLER)


def word_count(text: str) -> int:
    """How many words a text has, repeated ones counted, filler left out; for chapters with a least length."""
    said = distinct_words(text)
    told = unicodedata.normalize("NFKC", plain_text(text)).casefold()
    return sum(word in said for word in _WORD.findall(told))


def is_substantive(text: str, least: int = LEAST_DISTINCT_WORDS) -> bool:
    """Whether a text says something, so that a gate may count it.

    The issue asks that "empty or filler content does not satisfy a gate". Our reading: a text is content when at least
    `least` different words of it are words of substance. No word of substance are: words of one letter or of one letter
    repeated ("xxxx"), the usual marks of things put off ("tbc", "n/a", "to be confirmed", "insert text here"), runs
    along the keyboard ("asdf") and the typesetters' dummy text ("lorem ipsum …"). Repeating a word adds nothing, and
    neither do numbers, signs, spaces or tags. The rule judges whether something was said, never whether it is right:
    that is for the people in the working session. Four words are few on purpose, since a sentence in isiZulu or Sesotho
    often needs no more.

    >>> is_substantive("Most households in the east lack piped water")
    True
    >>> [is_substantive(text) for text in ("", " \\n", "TBC", "n/a", "xxxx yyyy zzzz qqqq", "water water water water")]
    [False, False, False, False, False, False]
    >>> is_substantive("Lorem ipsum dolor sit amet, consectetur elit"), is_substantive("To be confirmed later")
    (False, False)
    """
    return len(distinct_words(text)) >= least


def plain_decimal(value: Decimal) -> str:
    """A decimal as a plain string without needless zeros, the same for every equal value.

    >>> plain_decimal(Decimal("31.5000")), plain_decimal(Decimal("1E+3")), plain_decimal(Decimal("-0.0"))
    ('31.5', '1000', '0')
    """
    return "0" if value == 0 else f"{value.normalize():f}"
