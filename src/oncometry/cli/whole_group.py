"""A group of commands whose help shows the first line of each whole, not cut to the width of the screen."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

__all__ = ["WholeGroup"]

LIMIT = 1000
"""Characters of a line that are kept: more than any has."""


class WholeGroup(TyperGroup):
    """A group for `typer.Typer(cls=...)`; long lines are wrapped."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Names, each with the first sentence of its docstring."""
        names = self.list_commands(ctx)
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(LIMIT)) for name in names])
