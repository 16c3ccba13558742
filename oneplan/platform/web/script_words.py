"""The words that scripts say, translated with everything else; the scripts ask by the English words."""

from django.utils.translation import gettext, gettext_noop

WORDS = (
    gettext_noop("Bold"),
    gettext_noop("Italic"),
    gettext_noop("Link"),
    gettext_noop("Heading"),
    gettext_noop("Smaller heading"),
    gettext_noop("List with points"),
    gettext_noop("• List"),
    gettext_noop("1. List, numbered"),
    gettext_noop("1. List"),
    gettext_noop("Quotation"),
    gettext_noop("Table, or a row more"),
    gettext_noop("Table +"),
    gettext_noop("A column more"),
    gettext_noop("Column +"),
    gettext_noop("Remove the table"),
    gettext_noop("Table −"),
    gettext_noop("Undo"),
    gettext_noop("Redo"),
    gettext_noop("Address of the link (empty removes it)"),
    gettext_noop("Formatting: %(label)s"),
    gettext_noop("Text"),
    gettext_noop("Copied."),
    gettext_noop("Keys"),
    gettext_noop("Search"),
    gettext_noop("This list"),
    gettext_noop("Close what is open"),
    gettext_noop("Close"),
    gettext_noop("That did not work (%(status)s). Reload the page and try again."),
    gettext_noop("Number for help: %(id)s"),
    gettext_noop("The server could not be reached. Check the connection and try again; nothing was sent."),
    gettext_noop("Column %(number)s"),
    gettext_noop("Nearer"),
    gettext_noop("Farther"),
    gettext_noop("Map of projects"),
    gettext_noop("The map as it stood on the screen"),
    gettext_noop("No project stands under the cross. Move the map with the arrow keys."),
)


def translated() -> dict[str, str]:
    """The words that differ from English in the reader's language; nothing for a reader of English."""
    return {words: said for words in WORDS if (said := gettext(words)) != words}
