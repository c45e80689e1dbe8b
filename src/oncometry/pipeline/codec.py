"""Results to JSON and back, by their type hints: what a step made can be read again without running it.

Handles frozen dataclasses, enums, tuples, lists, dicts with any key, optional values, dates, paths and
numeric arrays. Anything else is a programming error and raises `TypeError` when it is written.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

__all__ = ["from_json", "to_json"]

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """A structure of lists, dicts, strings and numbers that `json` can write."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value) if f.init}
    if isinstance(value, Mapping):
        return [[to_json(k), to_json(v)] for k, v in value.items()]
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Path):
        return value.as_posix()
    raise TypeError(f"cannot write a {type(value).__name__} as JSON")


def from_json(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `to_json` wrote."""
    value: T = _read(kind, data)
    return value


def _read(kind: Any, data: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _read_union(args, data)
    if origin is tuple:
        return _read_tuple(args, data)
    if origin is list:
        return [_read(args[0], item) for item in data]
    if origin is np.ndarray:
        return np.asarray(data, dtype=float)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_read(args[0], k): _read(args[1], v) for k, v in data}
    return _read_plain(kind, data)


def _read_plain(kind: Any, data: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in data.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind in (datetime, date):
        return kind.fromisoformat(data)
    if kind is Path:
        return Path(data)
    return float(data) if kind is float else data


def _read_tuple(args: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(_read(args[0], item) for item in data)
    return tuple(_read(arg, item) for arg, item in zip(args, data, strict=True))


def _read_union(args: tuple[Any, ...], data: Any) -> Any:
    chosen = [arg for arg in args if arg is not type(None)]
    if len(chosen) == 1:
        return _read(chosen[0], data)
    return data
