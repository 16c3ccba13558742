"""The verbs of this room: the only place that writes its tables."""

from oneplan.institutions.actions.champions import name_champion, retire_champion
from oneplan.institutions.actions.posts import (
    delegate_powers,
    end_delegation,
    fill_post,
    invite_into_post,
    register_post,
    take_up_post,
    vacate_post,
)
from oneplan.institutions.actions.register import (
    add_alias,
    merge_institutions,
    publish_register,
    register_institution,
    rename_institution,
    undo_merger,
    update_institution,
)

__all__ = [
    "add_alias",
    "delegate_powers",
    "end_delegation",
    "fill_post",
    "invite_into_post",
    "merge_institutions",
    "name_champion",
    "publish_register",
    "register_institution",
    "register_post",
    "rename_institution",
    "retire_champion",
    "take_up_post",
    "undo_merger",
    "update_institution",
    "vacate_post",
]
