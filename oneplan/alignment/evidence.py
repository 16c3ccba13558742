"""Why a link was proposed, in sentences."""

from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.alignment.models import Link

_FUNCTIONS = {
    "water": gettext_lazy("water"),
    "sanitation": gettext_lazy("sanitation"),
    "roads": gettext_lazy("roads"),
    "rail_and_ports": gettext_lazy("rail and ports"),
    "power": gettext_lazy("electricity"),
    "economic_infrastructure": gettext_lazy("economic infrastructure"),
    "housing": gettext_lazy("housing"),
    "health": gettext_lazy("health"),
    "education": gettext_lazy("education"),
    "social": gettext_lazy("social services"),
    "safety": gettext_lazy("safety"),
    "farming": gettext_lazy("farming"),
    "economy": gettext_lazy("the economy"),
    "environment": gettext_lazy("the environment"),
    "government": gettext_lazy("government itself"),
    "culture": gettext_lazy("culture and sport"),
}


def evidence_sentences(link: Link) -> list[str]:
    """What speaks for a link and against it, the weightiest first; where a person wrote it, the person's reason."""
    signals = link.evidence.get("signals", ()) if isinstance(link.evidence, dict) else ()
    told = (_said(each["signal"], each["weight"], each["says"]) for each in signals)
    return [sentence for sentence in told if sentence] or ([link.reason] if link.reason else [])


def _said(signal: str, weight: float, says: dict[str, Any]) -> str:
    if signal == "text":
        words = says.get("words")
        return _("Both speak of: %(words)s.") % {"words": ", ".join(words)} if words else _("They are spelt alike.")
    if signal == "function":
        names = ", ".join(str(_FUNCTIONS.get(name, name)) for name in says.get("functions", ()))
        return _("Both are about %(functions)s.") % {"functions": names} if names else ""
    if signal == "institution":
        return _("Both name the institution %(code)s.") % says
    if signal == "place":
        return _place(weight, says)
    if signal == "time":
        return _("Their years overlap.") if weight > 0 else _("Their years do not overlap.")
    if signal == "amount" and "apart" in says:
        return _("Their amounts differ by %(part)s %%.") % {"part": localize(round(says["apart"] * 100, 1))}
    if signal == "identifier":
        return _("Registers call both %(names)s.") % {"names": ", ".join(says.get("identifiers", ()))}
    return ""


def _place(weight: float, says: dict[str, Any]) -> str:
    if weight < 0 and not says.get("same"):
        return _("They lie in different provinces: %(one)s and %(other)s.") % dict(
            zip(("one", "other"), says["codes"], strict=True)
        )
    known = {"code": says.get("code", "")}
    if says.get("level") == "municipal_area":
        return _("Both lie in the municipal area %(code)s.") % known
    if says.get("level") == "space":
        return _("Both lie in the space %(code)s.") % known
    return ""
