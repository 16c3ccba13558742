"""The pages of this room, by noun."""

from oneplan.institutions.views.champions import champions, retire_champion
from oneplan.institutions.views.posts import (
    delegate_powers,
    end_delegation,
    fill_post,
    invite_into_post,
    post,
    vacate_post,
)
from oneplan.institutions.views.register import (
    add_alias,
    institution,
    institutions,
    merge_institutions,
    register_institution,
    register_post,
    rename_institution,
    undo_merger,
    update_institution,
)

__all__ = [
    "add_alias", "champions", "delegate_powers", "end_delegation", "fill_post", "institution", "institutions",
    "invite_into_post",
    "merge_institutions", "post", "register_institution", "register_post", "rename_institution", "retire_champion",
    "undo_merger", "update_institution", "vacate_post",
]  # fmt: skip
