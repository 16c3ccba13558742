"""Every permission of the house, `noun:verb`, in alphabetical order. Roles hold them; actions ask for them."""

from enum import StrEnum


class Permission(StrEnum):
    AUDIT_READ = "audit:read"
    BOUNDARIES_IMPORT = "boundaries:import"
    COMMITMENT_AMEND = "commitment:amend"
    COMMITMENT_IMPORT = "commitment:import"
    COMMITMENT_PROPOSE = "commitment:propose"
    COMMITMENT_SIGN = "commitment:sign"
    COMMITMENT_WITHDRAW = "commitment:withdraw"
    COMMITTEE_CONSTITUTE = "committee:constitute"
    COMMITTEE_RESOLVE = "committee:resolve"
    CONTRIBUTION_ANSWER = "contribution:answer"
    CONTRIBUTION_REQUEST = "contribution:request"
    DELIVERY_REPORT = "delivery:report"
    EDITION_ADOPT = "edition:adopt"
    EDITION_FREEZE = "edition:freeze"
    EDITION_OPEN = "edition:open"
    GATE_EXCEPT = "gate:except"
    GATE_PASS = "gate:pass"  # noqa: S105  # a gate, not a password
    INSTITUTION_REGISTER = "institution:register"
    INVITATION_SEND = "invitation:send"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"
    PLEDGE_ACCEPT = "pledge:accept"
    PLEDGE_DRAFT = "pledge:draft"
    POST_DELEGATE = "post:delegate"
    POST_FILL = "post:fill"
    REGISTER_PUBLISH = "register:publish"
    ROLE_GRANT = "role:grant"
    RUN_READ = "run:read"
