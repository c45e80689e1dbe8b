"""What pydantic says against a spec, as a sentence."""

from __future__ import annotations

from pydantic import ValidationError

__all__ = ["first_fault"]


def first_fault(error: ValidationError) -> str:
    """The first thing that does not hold: which field, why, and the value that came."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "[key]") or "spec"
    if first["type"] == "extra_forbidden":
        return f"{where}: there is no such setting (its value is {first['input']!r})."
    why = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{where}: {why}; got {first['input']!r}."
