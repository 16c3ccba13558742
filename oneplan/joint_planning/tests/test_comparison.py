"""Editions differ visibly: what was added, changed and removed, by element."""

from hypothesis import given
from hypothesis import strategies as st

from oneplan.joint_planning.comparison import compare

OLD = {
    "format": "oneplan-signing-copy-1",
    "plan": {
        "vision": {"ref": "V-001", "text": "Water for all"},
        "findings": [{"ref": "F-001", "statement": "No water", "place": {"kind": "whole_space"}}],
        "outcomes": [{"ref": "O-001", "statement": "Water", "target": {"value": "55", "year": 2035}}],
    },
    "commitments": [{"ref": "DC36-C-0001", "title": "A dam", "parties": [{"institution": "nat-dws"}]}],
}
NEW = {
    "format": "oneplan-signing-copy-1",
    "plan": {
        "vision": {"ref": "V-001", "text": "Water for all"},
        "findings": [{"ref": "F-002", "statement": "No roads", "place": None}],
        "outcomes": [{"ref": "O-001", "statement": "Water", "target": {"value": "60", "year": 2035}}],
    },
    "commitments": [{"ref": "DC36-C-0001", "title": "A dam", "parties": [{"institution": "lim-health"}]}],
}


def test_it_tells_what_was_added_changed_and_removed():
    found = compare(OLD, NEW)
    assert [(each.ref, each.title) for each in found.added] == [("F-002", "No roads")]
    assert [each.ref for each in found.removed] == ["F-001"]
    assert [each.ref for each in found.changed] == ["O-001", "DC36-C-0001"]


def test_it_tells_a_change_field_by_field():
    outcome, commitment = compare(OLD, NEW).changed
    assert [(each.field, each.before, each.after) for each in outcome.fields] == [("target.value", "55", "60")]
    assert [(each.field, each.before, each.after) for each in commitment.fields] == [
        ("parties", "institution: nat-dws", "institution: lim-health")
    ]


def test_equal_contents_do_not_differ():
    assert compare(OLD, OLD).changes == ()


def test_references_that_return_are_told_apart():
    two = {"immediate_issues": [{"ref": "F-001", "service": "Water"}, {"ref": "F-001", "service": "Roads"}]}
    one = {"immediate_issues": [{"ref": "F-001", "service": "Water"}]}
    assert [each.ref for each in compare(one, two).added] == ["F-001 (2)"]


refs = st.dictionaries(st.sampled_from(["F-001", "F-002", "F-003", "F-1000"]), st.text(max_size=5))


@given(refs, refs)
def test_what_was_added_one_way_was_removed_the_other(old, new):
    first = {"findings": [{"ref": ref, "statement": text} for ref, text in old.items()]}
    second = {"findings": [{"ref": ref, "statement": text} for ref, text in new.items()]}
    there, back = compare(first, second), compare(second, first)
    assert {each.ref for each in there.added} == {each.ref for each in back.removed}
    assert {each.ref for each in there.changed} == {each.ref for each in back.changed}


def test_the_order_of_keys_is_no_change_and_labels_stand_for_codes() -> None:
    """A frozen copy has its keys sorted, a draft has not: both say the same."""
    frozen = {"code": "ndp-9", "label": "Improving education", "list": "ndp_2030", "list_label": "NDP 2030"}
    old = {"plan": {"outcomes": [{"ref": "O-001", "text": "a", "priorities": [frozen]}]}}
    draft = {"list": "ndp_2030", "list_label": "NDP 2030", "code": "ndp-9", "label": "Improving education"}
    new = {"plan": {"outcomes": [{"ref": "O-001", "text": "b", "priorities": [draft]}]}}
    [outcome] = compare(old, new).changes
    assert [each.field for each in outcome.fields] == ["text"]
    [added] = compare({"plan": {"outcomes": []}}, new).changes
    assert ("Priorities", "Improving education; NDP 2030") in [(each.words, each.after) for each in added.fields]
