"""What pydantic says against settings, in the words of the house: all faults at once, each with its path.

A name that is not known gets the nearest ones and the list of those that are; a value what it should be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from oncometry.core.errors import SettingsError
from oncometry.core.printable import as_utf8

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

__all__ = ["near_names", "told_faults"]

MOST = 20
LONGEST = 60
"""Characters of a value that came."""
SHOULD: Mapping[str, str] = {
    "tuple_type": "takes a list, as [a, b]",
    "list_type": "takes a list, as [a, b]",
    "dict_type": "takes names with values",
    "model_type": "takes names with values",
    "model_attributes_type": "takes names with values",
    "string_type": "takes text",
    "int_type": "takes a whole number",
    "int_parsing": "takes a whole number",
    "int_from_float": "takes a whole number",
    "float_type": "takes a number",
    "float_parsing": "takes a number",
    "bool_type": "takes true or false",
    "bool_parsing": "takes true or false",
    "path_type": "takes a path",
    "none_required": "takes nothing",
}


def told_faults(error: ValidationError, model: type[BaseModel]) -> tuple[str, str | None]:
    """All that does not hold, and what to do where one thing is known to do.

    Args:
        error: of `model.model_validate`.

    Returns:
        'path: what, got VALUE; path: ...' without a full stop, and the advice of the only fault that has one.
    """
    faults = error.errors(include_url=False)
    told = list(dict.fromkeys(_told(fault, model) for fault in faults if not _follows(fault, faults)))
    more = f"; and {len(told) - MOST} more" if len(told) > MOST else ""
    cause = _cause(faults[0]) if len(faults) == 1 else None
    advice = cause.advice if isinstance(cause, SettingsError) else None
    return as_utf8("; ".join(told[:MOST]) + more), advice


def near_names(name: str, allowed: Sequence[str]) -> str:
    """'nearest is a, of a, b, c', or 'there are a, b, c'."""
    near = get_close_matches(name, allowed, n=1, cutoff=0.5)
    every = ", ".join(allowed) or "none"
    return f"nearest is {near[0]}, of {every}" if near else f"there are {every}"


def _follows(fault: Any, faults: Sequence[Any]) -> bool:
    """Whether a list is only called too short because what it holds does not hold."""
    loc = fault["loc"]
    within = (f for f in faults if len(f["loc"]) > len(loc) and f["loc"][: len(loc)] == loc)
    return fault["type"] == "too_short" and next(within, None) is not None


def _told(fault: Any, model: type[BaseModel]) -> str:
    path, inside = _place(fault["loc"], model)
    where = f"{'.'.join(path)}: " if path else ""
    kind, came, cause = fault["type"], fault["input"], _cause(fault)
    if isinstance(cause, SettingsError):
        return f"{where}{cause.what.rstrip('.')}"
    if kind == "extra_forbidden":
        return f"{where}there is no such setting ({near_names(path[-1], _names(inside))})"
    if kind in ("missing", "union_tag_not_found"):
        named = str(fault["ctx"]["discriminator"]).strip("'") if kind != "missing" else ""
        return f"{'.'.join([*path, named] if named else path)}: it is missing"
    if kind == "union_tag_invalid":
        named, tags = (str(fault["ctx"][k]) for k in ("discriminator", "expected_tags"))
        return f"{'.'.join([*path, named.strip(chr(39))])}: takes {tags}, got {fault['ctx']['tag']!r}"
    if cause is not None:
        shown = _shown(came) if not isinstance(came, Mapping) else ""
        return f"{where}{str(cause).rstrip('.')}{shown}"
    return f"{where}{_should(fault)}{_shown(came)}{_hint(kind, came, fault)}"


def _should(fault: Any) -> str:
    if fault["type"] in SHOULD:
        return SHOULD[fault["type"]]
    if fault["type"] in ("literal_error", "enum"):
        return f"takes {fault['ctx']['expected']}"
    if fault["type"] == "string_pattern_mismatch":
        return f"has to fit {fault['ctx']['pattern']}"
    message = str(fault["msg"]).removeprefix("Input ")
    return message[:1].lower() + message[1:]


def _hint(kind: str, came: object, fault: Any) -> str:
    """What makes of a YAML value what was meant."""
    if kind == "string_type" and isinstance(came, bool):
        return " (YAML reads yes, no, on and off as true and false: put it in quotes)"
    if kind == "string_type" and isinstance(came, (int, float)):
        return f" (write '{came}', in quotes)"
    if kind in ("literal_error", "enum") and isinstance(came, str):
        allowed = str(fault["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        near = get_close_matches(came, allowed, n=1, cutoff=0.5)
        return f" (nearest is {near[0]})" if near else ""
    return ""


def _shown(came: object) -> str:
    text = repr(came)
    return f", got {text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}"


def _cause(fault: Any) -> Exception | None:
    found = fault.get("ctx", {}).get("error")
    return found if isinstance(found, Exception) else None


def _place(loc: Sequence[int | str], model: type[BaseModel]) -> tuple[list[str], Any]:
    """The path as it is written in the file, and the type that its last name is asked of.

    pydantic puts into a path also which member of a union was tried; what is no name of a field is such a one.
    """
    path: list[str] = []
    here: Any = model
    inside: Any = model
    for part in loc:
        here = _plain(here)
        members = [_plain(m) for m in get_args(here)] if get_origin(here) in (Union, UnionType) else []
        if members:
            found = next((m for m in members if _is_tagged(m, part)), None)
            if found is not None:
                here = found
                continue
            models = [m for m in members if hasattr(m, "model_fields")]
            here = models[0] if len(models) == 1 else None
            if not (isinstance(part, int) or (here is not None and part in _fields(here))):
                continue
        if part == "[key]":
            continue
        path.append(str(part))
        inside = here
        here = _within(here, part)
    return path, inside


def _plain(kind: Any) -> Any:
    """A type without its annotations, and without `| None`."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        others = [m for m in get_args(kind) if m is not type(None)]
        if len(others) == 1:
            return _plain(others[0])
    return kind


def _is_tagged(member: Any, part: int | str) -> bool:
    """Whether a member of a union is meant by what pydantic calls it: a tag of one of its fields, or its name."""
    if getattr(member, "__name__", None) == part:
        return True
    fields = getattr(member, "model_fields", {}).values()
    tags = [get_args(f.annotation) for f in fields if get_origin(f.annotation) is Literal]
    return any(part in tag for tag in tags)


def _fields(kind: Any) -> dict[int | str, Any]:
    """Name of a field in a file, which may be another than in the program -> the field."""
    return {field.alias or name: field for name, field in getattr(kind, "model_fields", {}).items()}


def _within(kind: Any, part: int | str) -> Any:
    """The type of a field, or of what a list or a mapping holds."""
    if hasattr(kind, "model_fields"):
        field = _fields(kind).get(part)
        return None if field is None else field.annotation
    inner = [a for a in get_args(kind) if a is not Ellipsis]
    if isinstance(part, int) and len(inner) > part and get_origin(kind) is tuple and len(inner) > 1:
        return inner[part]
    return inner[-1] if inner else None


def _names(kind: Any) -> list[str]:
    return [str(name) for name in _fields(kind)]
