"""How a name is compared: without case, accents, punctuation and the words that all departments share."""

import re
import unicodedata

_PREFIXES = re.compile(r"^(?:the )?(?:national |provincial )?(?:department|dept) of (?:the )?")
_SUFFIXES = re.compile(
    r" (?:(?:metropolitan|metro|district|local) municipality|municipality|soc ltd|\(?pty\)? ltd|soc limited)$"
)


def fold(name: str) -> str:
    """The comparable form of a name.

    >>> fold("Department of  Water & Sanitation")
    'water and sanitation'
    >>> fold("Dr Beyers Naudé Local Municipality")
    'dr beyers naude'
    >>> fold("O.R.Tambo") == fold("OR Tambo")
    True
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    plain = plain.replace("&", " and ")
    plain = " ".join(re.sub(r"[^\w\s]", " ", plain.replace("'", "").replace("-", "")).split())
    plain = re.sub(r"\b(\w) (?=\w\b)", r"\1", plain)  # initials stand together: O.R. is OR
    plain = _PREFIXES.sub("", plain)
    shorter = _SUFFIXES.sub("", plain)
    return shorter or plain
