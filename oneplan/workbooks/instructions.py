"""The first sheet of a workbook: what it is, what to fill, by when, to whom it goes back; and, of a workbook in another
language than English, every word that was translated with the English beside it.
"""

from typing import Any

from django.utils.dateformat import format as formatted

from oneplan.periods.clock import JOHANNESBURG
from oneplan.plans.choices import EditionState
from oneplan.workbooks.languages import ENGLISH, Speaker
from oneplan.workbooks.lists import LISTED, Lists
from oneplan.workbooks.models import Workbook
from oneplan.workbooks.sheets import SHEETS

Pair = tuple[str, str]


def title_of(workbook: Workbook, say: Speaker) -> str:
    """What the workbook is called on its sheets."""
    named = {"space": workbook.space.name, "n": workbook.edition.number}
    if workbook.institution:
        return say("%(party)s in the One Plan of %(space)s, edition %(n)s", party=workbook.institution, **named)
    return say("One Plan of %(space)s, edition %(n)s", **named)


def state_of(workbook: Workbook, say: Speaker) -> str:
    """Where its edition stood when it was issued."""
    return say(EditionState(workbook.edition.state).label)


def draft_notice(say: Speaker) -> str:
    """Nobody has checked the translations yet, so every workbook in one says it."""
    return say(
        "Draft translation, not checked yet. Where it differs from the English, the English decides. You may write in"
        " either language."
    )


def paragraphs(workbook: Workbook, say: Speaker) -> list[Pair]:
    """The first sheet line by line: a heading and its words."""
    return [*_facts(workbook, say), *_instructions(workbook, say)]


def _facts(workbook: Workbook, say: Speaker) -> list[Pair]:
    space, edition = workbook.space, workbook.edition
    at = workbook.issued_at.astimezone(JOHANNESBURG)
    when = formatted(at, "j F Y, H:i" if say.code == ENGLISH else "Y-m-d, H:i")  # months have names in English only
    who = workbook.issued_by.name if workbook.issued_by else "OnePlan"
    return [
        (say("Workbook"), say("%(name)s, format %(format)s", name=workbook.name, format=workbook.format)),
        (say("Space"), f"{space.name} ({space.code})"),
        (say("Edition"), f"{edition.number} · {state_of(workbook, say)}"),
        (say("For"), str(workbook.institution or say("the space and all its parties"))),
        (say("Issued"), say("%(when)s, by %(who)s", when=when, who=who)),
        (
            say("Not adopted") if edition.state in (EditionState.OPEN, EditionState.FROZEN) else say("Standing"),
            say("This is a working paper. Nothing in it counts as agreed until it is agreed in OnePlan."),
        ),
    ]


def _instructions(workbook: Workbook, say: Speaker) -> list[Pair]:
    party = workbook.institution_id
    theirs = (
        say(
            "The light yellow cells: the commitments that your institution leads, and its own pledges. Grey cells are"
            " for reading; they belong to others."
        )
        if party
        else say("The light yellow cells. Grey cells are for reading; OnePlan keeps them.")
    )
    return [
        (say("What to fill"), theirs),
        (
            say("New rows"),
            say(
                "Below the last row of a sheet. A new commitment becomes a proposal: give it a title, a transformation"
                " area and, in Reference, a name of your own such as NEW 1, which pledges can cite."
            ),
        ),
        (
            say("Please do not"),
            say(
                "rename columns, merge cells, paste formulas, or copy the hidden columns A and B. To take something out"
                " of the plan do not delete its row: choose “withdraw” on the page when you return it."
            ),
        ),
        (
            say("Amounts and days"),
            say(
                "Amounts are rand and cents, not thousands. Write days like 2026-11-22. A financial year names its"
                " basis: PFMA is April to March, MFMA is July to June."
            ),
        ),
        (
            say("By when"),
            say(
                "Soon: what is changed in OnePlan meanwhile is shown beside your value when you return it, and you"
                " choose. A workbook of an edition that was replaced is no longer taken."
            ),
        ),
        (
            say("Where to return it"),
            say(
                "In OnePlan at %(place)s choose “Return a workbook”. You see every change before anything is taken in."
                " Without an account send it to the hub of %(space)s, which returns it for you.",
                place=f"/institutions/{party}/workbooks/" if party else f"/spaces/{workbook.space_id}/workbooks/",
                space=workbook.space.name,
            ),
        ),
        (
            say("What changes undo"),
            say(
                "Changing a commitment or a pledge that parties agreed to or signed asks all of them again: what they"
                " agreed to is then no longer what is written."
            ),
        ),
    ]


def glossary(issued: dict[str, Any], lists: Lists) -> list[tuple[str, str, str, str]]:
    """Every heading and every word of ours in a list: (where, word, where in English, English)."""
    say, english = lists.say, Speaker(ENGLISH)
    found = []
    for sheet in SHEETS:
        kept = issued["sheets"][sheet.key]
        where, where_english = kept["title"], english(sheet.title)
        for column, header in zip(sheet.columns, kept["headers"], strict=True):
            found.append((where, header, where_english, english(column.label)))
    for name, heading in LISTED.items():
        words = lists.known(name)
        found += [(say(heading), words[code], english(heading), told) for code, told in words.english.items()]
    return list(dict.fromkeys(found))
