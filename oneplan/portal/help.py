"""What each role does next, in the order in which it comes up; and the keys."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneplan.access.roles import Role

Steps = tuple[tuple[str | Promise, str], ...]

GUIDES: dict[Role, Steps] = {
    Role.HUB_MANAGER: (
        (_("Open your space and start an edition under the rules in force."), "/spaces/"),
        (
            _("Ask departments, municipalities, entities and partners to contribute to each stage; remind the silent."),
            "/inbox/",
        ),
        (
            _("Write findings, vision, outcomes and strategies; the gate panel says what is missing and who owes it."),
            "/spaces/",
        ),
        (
            _("Bring in commitments from a workbook or one by one; the dry run shows every refused row first."),
            "/imports/",
        ),
        (
            _("Pass the gates. If something stays missing, record an exception with a reason; the plan prints it."),
            "/spaces/",
        ),
        (_("Freeze the signing copy. Parties agree and sign on it; any change withdraws every signature."), "/spaces/"),
        (
            _("Record both committees' resolutions and adopt. The edition is sealed and public from that moment."),
            "/plans/",
        ),
    ),
    Role.CONTRIBUTOR: (
        (_("Your inbox shows what your institution was asked for, and by when."), "/inbox/"),
        (_("Contribute, or decline with a reason. Silence is shown as silence after the date."), "/inbox/"),
        (
            _("Propose your commitments: all six protocol elements, a place, and money by financial year and source."),
            "/commitments/",
        ),
        (_("Draft your pledges. Only your accounting officer can accept them."), "/commitments/"),
    ),
    Role.SIGNING_AUTHORITY: (
        (_("Accept or decline each pledge of your institution. Unfunded is an honest answer."), "/inbox/"),
        (
            _("Agree to the commitments your institution is a party to. Nothing shows as agreed before you do."),
            "/inbox/",
        ),
        (_("Sign on the signing copy: check that the hash on the page is the one the committee names."), "/inbox/"),
        (
            _("Delegate in writing if somebody else must sign; the instrument is printed beside the signature."),
            "/institutions/",
        ),
    ),
    Role.TECHNICAL_COMMITTEE_MEMBER: (
        (_("Read the edition in progress and mend what the gate panel names."), "/spaces/"),
        (_("Resolve to submit the signing copy to the political committee; quorum is counted for you."), "/spaces/"),
    ),
    Role.POLITICAL_COMMITTEE_MEMBER: (
        (_("Read the one-page view of your space: vision, money, what is late."), "/spaces/"),
        (_("Approve the signing copy by its hash, or refer it back with reasons."), "/spaces/"),
    ),
    Role.PROVINCIAL_COORDINATOR: (
        (_("See which spaces of your province are late, and which departments are silent."), "/board/"),
        (_("Help a space that has no hub: open its edition, ask its parties, constitute its committees."), "/spaces/"),
        (_("Invite contributors of provincial departments."), "/people/"),
    ),
    Role.NATIONAL_PROGRAMME_OFFICE: (
        (_("Read the board: stage, participation, funded, placed and late, for all 52 spaces."), "/board/"),
        (_("Open editions, constitute committees, fill posts and invite people."), "/people/"),
        (_("Ask national departments and entities for their contributions."), "/inbox/"),
    ),
    Role.ANALYST: (
        (_("Compare spaces on the board; every table comes as CSV of the current filter."), "/board/"),
        (_("Follow commitments across spaces: a shared commitment's rand counts once."), "/commitments/"),
    ),
    Role.AUDITOR: (
        (_("Read the log, narrow it, take it as CSV, and let its seals be recomputed."), "/log/"),
        (_("Verify a sealed plan, here or offline with the command line."), "/verify/"),
    ),
    Role.SYSTEM_ADMINISTRATOR: (
        (_("Invite people and end roles; posts give signing power, never a grant."), "/people/"),
        (_("Import the Demarcation Board's boundaries and keep the register of institutions."), "/imports/"),
    ),
}

SHORTCUTS: tuple[tuple[str, str | Promise], ...] = (
    ("/", _("search for a place, an institution or a commitment")),
    ("?", _("show the keys")),
    ("g h", _("go home")),
    ("g i", _("go to what waits for me")),
    ("g b", _("go to the national board")),
    ("g s", _("go to the spaces")),
    ("g c", _("go to the commitments")),
    ("g j", _("go to the projects")),
    ("g x", _("go to the clashes")),
    ("g u", _("go to what cannot wait")),
    ("g v", _("go to verification")),
    ("Esc", _("close a menu")),
)
