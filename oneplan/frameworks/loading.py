"""From a YAML file to frozen dataclasses. A missing, unknown or ill-typed key fails and names the file and the key."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import yaml

T = TypeVar("T")
References = Mapping[Any, Callable[[str], Any]]


class BrokenFileError(Exception):
    """A data file of the product is wrong. The message names the file and the key."""


class _OneKeyLoader(yaml.SafeLoader):
    """YAML, safe, in which a key may stand only once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def load(path: Path, shape: type[T], references: References = MappingProxyType({})) -> T:
    """Read a YAML file as the frozen dataclass `shape`.

    `references` says how a code written where a dataclass is expected becomes one. Raises BrokenFileError.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_OneKeyLoader)  # noqa: S506 — a SafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise BrokenFileError(f"{path.name}: {error}") from error
    return cast(T, _build(shape, raw, f"{path.name}: ", references))


def shaped(raw: Any, shape: type[T], at: str) -> T:
    """What came from elsewhere than a file, as the frozen dataclass `shape`. Raises BrokenFileError."""
    return cast(T, _build(shape, raw, f"{at}: ", MappingProxyType({})))


def _build(shape: Any, raw: Any, at: str, references: References) -> Any:
    """The value `raw` as the type `shape`; `at` is the way to it, for the message."""
    origin = get_origin(shape)
    if origin in (Union, types.UnionType):
        inner = [each for each in get_args(shape) if each is not type(None)]
        if len(inner) > 1:
            return _build_chosen(inner, raw, at, references)
        return None if raw is None else _build(inner[0], raw, at, references)
    if origin is tuple:
        if not isinstance(raw, list):
            raise BrokenFileError(f"{at} is not a list")
        return tuple(_build(get_args(shape)[0], each, f"{at}[{i}]", references) for i, each in enumerate(raw))
    if origin is Mapping:
        if not isinstance(raw, dict):
            raise BrokenFileError(f"{at} is not a table of keys")
        key_shape, value_shape = get_args(shape)
        return MappingProxyType(
            {
                _build(key_shape, k, at, references): _build(value_shape, v, f"{at}.{k}", references)
                for k, v in raw.items()
            }
        )
    if shape in references and isinstance(raw, str):
        try:
            return references[shape](raw)
        except KeyError as error:
            raise BrokenFileError(f"{at}: {error.args[0]}") from error
    if is_dataclass(shape):
        return _build_dataclass(cast(Any, shape), raw, at, references)
    if isinstance(shape, type) and issubclass(shape, Enum):
        try:
            return shape(raw)
        except ValueError:
            allowed = ", ".join(str(each.value) for each in shape)
            raise BrokenFileError(f"{at} is {raw!r}; it must be one of: {allowed}") from None
    if type(raw) is not shape:  # exact: True is no integer, and no text is a date
        raise BrokenFileError(f"{at} is {raw!r}; it must be {_WORDS.get(shape, shape)}")
    if shape is str and not raw.strip():
        raise BrokenFileError(f"{at} is empty")
    return raw.strip() if shape is str else raw


def _build_chosen(shapes: list[Any], raw: Any, at: str, references: References) -> Any:
    """One of several dataclasses: the only key of `raw` is the name of the one, in small letters."""
    known = {shape.__name__.lower(): shape for shape in shapes}
    if not isinstance(raw, dict) or len(raw) != 1 or not known.keys() >= raw.keys():
        raise BrokenFileError(f"{at} must be a table of one key, one of: {', '.join(known)}")
    [(name, inner)] = raw.items()
    return _build(known[name], inner, f"{at}.{name}", references)


_WORDS = {str: "a text", int: "a whole number", bool: "true or false", date: "a date"}


def _build_dataclass(shape: Any, raw: Any, at: str, references: References) -> Any:
    if not isinstance(raw, dict):
        raise BrokenFileError(f"{at} is not a table of keys")
    hints = get_type_hints(shape)
    known = {field.name: field for field in fields(shape)}
    joint = "" if at.endswith(": ") else "."
    for key in raw:
        if key not in known:
            raise BrokenFileError(f"{at}{joint}{key} is not a known key; known: {', '.join(known)}")
    values = {}
    for name, field in known.items():
        if name in raw:
            values[name] = _build(hints[name], raw[name], f"{at}{joint}{name}", references)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise BrokenFileError(f"{at}{joint}{name} is missing")
    return shape(**values)
