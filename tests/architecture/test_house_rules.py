"""House rules that no import linter sees. Each rule is tried on a planted fault first, so that none is asleep."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine_free

PACKAGE = Path(__file__).resolve().parents[2] / "oneplan"
WRITES = {
    "create", "bulk_create", "update", "bulk_update", "update_or_create", "get_or_create", "delete", "save", "add",
    "set", "remove", "clear",
}  # fmt: skip
QUERYSET_WRITES = WRITES - {"add", "set", "remove", "clear", "save"}
# Where rows are written: the actions of a room, the floor's own memory, and the library-shaped user manager.
MAY_WRITE = ("actions", "audit", "documents", "migrations", "tests")
# An import run's own progress and a task's result are written by exchange alone, through its actions.
# The large sample is written set by set, beside samples only, and remembered by one entry with a digest.
EXEMPT = {"accounts/models.py", "demo/scale.py", "demo/drafts.py"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def writes_outside_actions(name: str, tree: ast.Module) -> list[str]:
    """`Model.objects.create(…)` and friends outside a room's actions."""
    parts = Path(name).with_suffix("").parts
    if name in EXEMPT or any(part in MAY_WRITE for part in parts):
        return []
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in QUERYSET_WRITES:
            chain = ast.unparse(node.func.value)
            if ".objects" in chain:
                found.append(f"{name}:{node.lineno} {chain}.{node.func.attr}")
    return found


def string_foreign_keys(name: str, tree: ast.Module) -> list[str]:
    """`ForeignKey("room.Model")`: invisible to the import linter. "self", a class further down in the same file and
    the user setting are fine."""
    if "/migrations/" in name:
        return []
    found, own = [], {"self", *(node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
            "ForeignKey", "OneToOneField", "ManyToManyField",
        }:  # fmt: skip
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and first.value not in own:
                found.append(f"{name}:{node.lineno} {first.value!r}")
    return found


def formatted_translations(name: str, tree: ast.Module) -> list[str]:
    """`_(f"…")` cannot be translated."""
    return [
        f"{name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "gettext_lazy"}
        and node.args
        and isinstance(node.args[0], ast.JoinedStr)
    ]


RULES = {
    writes_outside_actions: ("spaces/views.py", "Thing.objects.filter(a=1).update(b=2)"),
    string_foreign_keys: ("spaces/models.py", "x = models.ForeignKey('plans.Edition', on_delete=1)"),
    formatted_translations: ("spaces/rules.py", "_(f'{x} is wrong')"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_finds_a_planted_fault(rule):
    name, fault = RULES[rule]
    assert rule(name, ast.parse(fault))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    assert [fault for name, tree in sources() for fault in rule(name, tree)] == []


def test_no_file_grows_past_what_one_can_hold_in_mind():
    long = {
        str(path.relative_to(PACKAGE)): count
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts and (count := len(path.read_text(encoding="utf-8").splitlines())) > 520
    }
    assert long == {}


def test_only_the_demonstration_pretends_another_time():
    users = [name for name, tree in sources() if "clock.pretending" in ast.unparse(tree) and "/tests/" not in name]
    assert all(name.startswith("demo/") for name in users), users


def test_every_room_says_what_it_is_for():
    rooms = [path.parent for path in PACKAGE.glob("*/apps.py")]
    unnamed = {"accounts", "access", "platform"}
    missing = [room.name for room in rooms if room.name not in unnamed and not (room / "README.md").exists()]
    assert missing == []
