"""Table E.1-1 of PS3.15 (edition 2026d): which action an attribute asks for."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from oncometry.io.deidentify.settings import ProfileOption

__all__ = ["EDITION", "Action", "Rule", "action_for", "rules"]

EDITION = "2026d"


class Action(StrEnum):
    """The action codes of PS3.15 Table E.1-1a."""

    DUMMY = "D"
    EMPTY = "Z"
    REMOVE = "X"
    KEEP = "K"
    CLEAN = "C"
    UID = "U"


@dataclass(frozen=True)
class Rule:
    """A row of the table: the attribute's name, its basic action, the actions of the options."""

    name: str
    basic: str
    options: dict[str, str]


@cache
def rules() -> dict[str, Rule]:
    """Tag (eight digits, 'x' for any) -> its row."""
    text = files("oncometry.io.deidentify").joinpath("profile.csv").read_text("utf-8")
    table = {}
    for row in csv.DictReader(text.splitlines()):
        tag, name, basic = row.pop("tag"), row.pop("name"), row.pop("basic")
        table[tag] = Rule(name, basic, {option: code for option, code in row.items() if code})
    return table


def action_for(rule: Rule, options: frozenset[ProfileOption]) -> Action:
    """What is done. Keep wins over clean, clean over the basic action.

    Where the basic action depends on the attribute's type in the object (X/Z/D), the last is taken: an empty or
    dummy value is allowed wherever removal is, and keeps the object valid whatever its type.
    """
    asked = {rule.options.get(option.column) for option in options}
    for action in (Action.KEEP, Action.CLEAN):
        if action.value in asked:
            return action
    return Action(rule.basic.rstrip("*").split("/")[-1])
