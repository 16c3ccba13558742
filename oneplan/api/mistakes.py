"""What was wrong in a call, told so that a person can mend it: where, what, and what to do."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

# Kinds of mistake as pydantic names them, where its own words are for programmers.
_SENTENCES: dict[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "missing": lambda _c: (_("This field is missing."), _("Send it.")),
    "extra_forbidden": lambda _c: (
        _("There is no such field."), _("Leave it out; /api/v1/openapi.json lists the fields.")
    ),
    "string_type": lambda _c: (_("This must be text."), _("Write it in quotation marks.")),
    "string_unicode": lambda _c: (_("This is no readable text."), _("Send text in UTF-8 without lone surrogates.")),
    "string_too_long": lambda c: (
        _("This text is too long."), _("Write at most %(n)s characters.") % {"n": c.get("max_length", "")}
    ),
    "string_too_short": lambda c: (
        _("This text is too short."), _("Write at least %(n)s characters.") % {"n": c.get("min_length", "")}
    ),
    "string_pattern_mismatch": lambda c: (
        _("This text has signs that are not taken here."), _("It must fit %(p)s.") % {"p": c.get("pattern", "")}
    ),
    "bool_type": lambda _c: (_("This must be true or false."), _("Write true or false, without quotation marks.")),
    "int_type": lambda _c: (_("This must be a whole number."), _("Write digits, without quotation marks.")),
    "literal_error": lambda c: (
        _("This is none of the values that are known here."), _("Use %(v)s.") % {"v": c.get("expected", "")}
    ),
    "enum": lambda c: (
        _("This is none of the values that are known here."), _("Use %(v)s.") % {"v": c.get("expected", "")}
    ),
    "no_file": lambda _c: (_("This must be a file."), _("Send it with a file name, as a form sends a file.")),
    "several_files": lambda _c: (_("More than one file was sent."), _("Send one file in a call.")),
    "empty_file": lambda _c: (_("The file is empty."), _("Choose the file again.")),
    "unknown_parameter": lambda c: (
        _("This address takes no such parameter."), _("It takes: %(names)s.") % {"names": c.get("names") or _("none")}
    ),
    "repeated_parameter": lambda _c: (
        _("This parameter stands in the address more than once."), _("Send it once.")
    ),
}  # fmt: skip


def mistakes(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Each mistake as pointer, sentence and remedy; at most 100."""
    return [_told(error) for error in list(errors)[:100]]


def _told(error: Mapping[str, Any]) -> dict[str, str]:
    kind, context = str(error.get("type", "")), error.get("ctx", {})
    told = _SENTENCES.get(kind)
    if told:
        sentence, remedy = told(context)
    else:
        sentence, remedy = f"{error.get('msg', '')}".rstrip(".") + ".", _("Correct it and call again.")
    return {"pointer": pointer(error.get("loc", ())), "sentence": sentence, "remedy": remedy}


def pointer(loc: Iterable[Any]) -> str:
    """Where it is: a JSON pointer into the body, or the parameter's name after a question mark.

    >>> pointer(("body", "taken", "points", 0, "latitude")), pointer(("query", "limit"))
    ('#/points/0/latitude', '?limit')
    """
    where, *rest = [str(each) for each in loc] or [""]
    if where == "query":
        return f"?{rest[-1]}" if rest else "?"
    if where == "body":  # the first step is the name of our own argument
        return "#" + "".join(f"/{each.replace('~', '~0').replace('/', '~1')}" for each in rest[1:])
    return f"{where}:{'/'.join(rest)}"
