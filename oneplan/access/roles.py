"""Roles, in code. A role is granted at a scope (`national`, `province:LIM`, `space:DC36`, `institution:nat-dws`).

`docs/roles.md` is generated from here (`make docs`). A description must make sense to a minister's office.
"""

from dataclasses import dataclass
from enum import StrEnum

from oneplan.access.permissions import Permission as P


class Role(StrEnum):
    SYSTEM_ADMINISTRATOR = "system_administrator"
    NATIONAL_PROGRAMME_OFFICE = "national_programme_office"
    PROVINCIAL_COORDINATOR = "provincial_coordinator"
    HUB_MANAGER = "hub_manager"
    TECHNICAL_COMMITTEE_MEMBER = "technical_committee_member"
    POLITICAL_COMMITTEE_MEMBER = "political_committee_member"
    CONTRIBUTOR = "contributor"
    SIGNING_AUTHORITY = "signing_authority"
    BUDGET_KEEPER = "budget_keeper"
    INDICATOR_KEEPER = "indicator_keeper"
    ANALYST = "analyst"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class RoleDefinition:
    """What a role is called, what it is for, at which kinds of scope it may be granted, and what it may do."""

    name: str
    description: str
    scopes: tuple[str, ...]
    permissions: frozenset[P]


# fmt: off
ROLES: dict[Role, RoleDefinition] = {
    Role.SYSTEM_ADMINISTRATOR: RoleDefinition(
        "System administrator",
        "Runs the system: accounts, posts, the registers of places and institutions. Does not write plans.",
        ("national",),
        frozenset(
            {
                P.AUDIT_READ, P.BOUNDARIES_IMPORT, P.INSTITUTION_REGISTER, P.INVITATION_SEND, P.PLAN_READ,
                P.POST_FILL, P.PROJECT_READ, P.REGISTER_PUBLISH, P.ROLE_GRANT, P.RUN_READ,
            }
        ),
    ),
    Role.NATIONAL_PROGRAMME_OFFICE: RoleDefinition(
        "National programme office",
        "The national department that manages the DDM: sees all 52 spaces, opens editions, constitutes committees.",
        ("national",),
        frozenset(
            {
                P.AUDIT_READ, P.BOUNDARIES_IMPORT, P.BUDGET_IMPORT, P.BUDGET_PLACE, P.BUDGET_READ, P.CALENDAR_AMEND,
                P.CLASH_DISMISS, P.COMMITTEE_CONSTITUTE, P.CONTRIBUTION_REQUEST, P.EDITION_OPEN, P.INDICATOR_DEFINE,
                P.INSTITUTION_REGISTER, P.INVITATION_SEND, P.LAYER_IMPORT, P.LEDGER_KEEP, P.LINK_CONFIRM,
                P.LINK_PROPOSE, P.OBSERVATION_IMPORT, P.OBSERVATION_PUBLISH, P.OBSERVATION_READ, P.PLAN_READ,
                P.POST_FILL, P.PROJECT_IMPORT, P.PROJECT_LOCATE, P.PROJECT_MERGE, P.PROJECT_PUBLISH, P.PROJECT_READ,
                P.PROJECT_REGISTER, P.ROLE_GRANT, P.RUN_READ, P.SOURCE_PLAN_REGISTER, P.TARGET_SET,
            }
        ),
    ),
    Role.PROVINCIAL_COORDINATOR: RoleDefinition(
        "Provincial coordinator",
        "Coordinates the DDM in one province: helps its spaces plan, asks departments for their contributions.",
        ("province",),
        frozenset(
            {
                P.CLASH_DISMISS, P.COMMITMENT_AMEND, P.COMMITMENT_IMPORT, P.COMMITMENT_PROPOSE,
                P.COMMITTEE_CONSTITUTE, P.CONTRIBUTION_REQUEST, P.EDITION_OPEN, P.INVITATION_SEND, P.LAYER_IMPORT,
                P.LINK_CONFIRM, P.LINK_PROPOSE, P.PLAN_READ, P.PLAN_WRITE, P.PLEDGE_DRAFT, P.POST_FILL,
                P.PROJECT_IMPORT, P.PROJECT_LOCATE, P.PROJECT_MERGE, P.PROJECT_PUBLISH, P.PROJECT_READ,
                P.PROJECT_REGISTER, P.RUN_READ, P.SOURCE_PLAN_REGISTER, P.TARGET_SET,
            }
        ),
    ),
    Role.HUB_MANAGER: RoleDefinition(
        "Hub manager or secretariat",
        "Runs joint planning in one space: writes the plan, asks parties, passes gates, freezes the signing copy. Asks "
        "institutions, but does not settle who acts for them: each lets in its own people.",
        ("space",),
        frozenset(
            {
                P.ASK_DRAFT, P.ASK_READ, P.ASK_ROUTE, P.CLASH_DISMISS, P.COMMITMENT_AMEND, P.COMMITMENT_IMPORT,
                P.COMMITMENT_PROPOSE, P.COMMITMENT_WITHDRAW, P.COMMITTEE_CONSTITUTE, P.COMMITTEE_RESOLVE,
                P.CONTRIBUTION_REQUEST, P.DELIVERY_REPORT, P.EDITION_ADOPT, P.EDITION_FREEZE, P.EDITION_OPEN,
                P.GATE_EXCEPT, P.GATE_PASS, P.INVITATION_SEND, P.LAYER_IMPORT, P.LINK_CONFIRM, P.LINK_PROPOSE,
                P.PLAN_READ, P.PLAN_WRITE, P.PLEDGE_DRAFT, P.POST_FILL, P.PROJECT_IMPORT, P.PROJECT_LOCATE,
                P.PROJECT_MERGE, P.PROJECT_READ, P.PROJECT_REGISTER, P.RUN_READ, P.SOURCE_PLAN_REGISTER, P.TARGET_SET,
            }
        ),
    ),
    Role.TECHNICAL_COMMITTEE_MEMBER: RoleDefinition(
        "Technical committee member",
        "Sits on the technical committee of a space: reads drafts, writes plan content, records its resolutions.",
        ("space",),
        frozenset(
            {
                P.ASK_DRAFT, P.ASK_READ, P.COMMITMENT_PROPOSE, P.COMMITTEE_RESOLVE, P.LINK_PROPOSE, P.PLAN_READ,
                P.PLAN_WRITE, P.PROJECT_LOCATE, P.PROJECT_READ,
            }
        ),
    ),
    Role.POLITICAL_COMMITTEE_MEMBER: RoleDefinition(
        "Political committee member",
        "Sits on the political committee of a space: reads drafts and records its resolutions.",
        ("space",),
        frozenset(
            {
                P.COMMITTEE_RESOLVE, P.PLAN_READ, P.PROJECT_READ,
            }
        ),
    ),
    Role.CONTRIBUTOR: RoleDefinition(
        "Contributor of an institution",
        "Plans for one institution: answers requests, proposes its commitments and drafts its pledges.",
        ("institution",),
        frozenset(
            {
                P.ASK_MOVE, P.ASK_READ, P.COMMITMENT_AMEND, P.COMMITMENT_PROPOSE, P.CONTRIBUTION_ANSWER,
                P.DELIVERY_REPORT, P.LINK_PROPOSE, P.PLAN_READ, P.PLEDGE_DRAFT, P.PROJECT_LOCATE, P.PROJECT_READ,
                P.PROJECT_REGISTER, P.RUN_READ, P.SOURCE_PLAN_REGISTER,
            }
        ),
    ),
    Role.SIGNING_AUTHORITY: RoleDefinition(
        "Accounting officer or signing authority",
        "Binds one institution: accepts its pledges, signs its commitments, delegates in writing. Nobody else can. "
        "Lets in its contributors and fills its posts, except those that sign.",
        ("institution",),
        frozenset(
            {
                P.ASK_ANSWER, P.ASK_MOVE, P.ASK_READ, P.COMMITMENT_SIGN, P.COMMITMENT_WITHDRAW, P.CONTRIBUTION_ANSWER,
                P.INVITATION_SEND, P.LINK_CONFIRM, P.LINK_PROPOSE, P.PLAN_READ, P.PLEDGE_ACCEPT, P.PLEDGE_DRAFT,
                P.POST_DELEGATE, P.POST_FILL, P.PROJECT_READ,
            }
        ),
    ),
    Role.BUDGET_KEEPER: RoleDefinition(
        "Keeper of budget data",
        "Brings in budget files of all spheres and sets the rules by which rand is placed: an analyst of a treasury.",
        ("national",),
        frozenset(
            {
                P.BUDGET_IMPORT, P.BUDGET_PLACE, P.BUDGET_READ, P.CALENDAR_AMEND, P.LEDGER_KEEP, P.LINK_CONFIRM,
                P.LINK_PROPOSE, P.PLAN_READ, P.PROJECT_READ, P.RUN_READ,
            }
        ),
    ),
    Role.INDICATOR_KEEPER: RoleDefinition(
        "Keeper of indicator data",
        "Brings in censuses, surveys and reports, decides whether a file with errors is published, defines indicators"
        " and says who answers for them.",
        ("national",),
        frozenset(
            {
                P.INDICATOR_DEFINE, P.OBSERVATION_IMPORT, P.OBSERVATION_PUBLISH, P.OBSERVATION_READ, P.PLAN_READ,
                P.PROJECT_READ, P.RUN_READ,
            }
        ),
    ),
    Role.ANALYST: RoleDefinition(
        "Analyst",
        "Reads plans, commitments and pledges, drafts included, to compare and advise. Writes nothing.",
        ("national", "province", "space"),
        frozenset(
            {
                P.BUDGET_READ, P.OBSERVATION_READ, P.PLAN_READ, P.PROJECT_READ, P.RUN_READ,
            }
        ),
    ),
    Role.AUDITOR: RoleDefinition(
        "Auditor",
        "Reads everything, the log and its seals included. Writes nothing.",
        ("national",),
        frozenset(
            {
                P.AUDIT_READ, P.BUDGET_READ, P.OBSERVATION_READ, P.PLAN_READ, P.PROJECT_READ, P.RUN_READ,
            }
        ),
    ),
}
# fmt: on

# Only a post gives these: signing binds an institution, so it follows from holding the post, never from a grant.
FROM_POSTS_ONLY = frozenset({Role.SIGNING_AUTHORITY})


def roles_with(permission: P) -> frozenset[Role]:
    """The roles that hold a permission."""
    return frozenset(role for role, definition in ROLES.items() if permission in definition.permissions)
