"""Commands that are imported when they are asked for: `oncometry --help` needs none of them."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from oncometry.core import Code, SettingsError

__all__ = ["LazyCommand", "LazyGroup", "lazy_group"]


@dataclass(frozen=True)
class LazyCommand:
    """Where a command is, and the line that help shows of it: the first of its docstring.

    Attributes:
        place: 'package.module:name' of a function, or of a `typer.Typer` with commands of its own.
        line: what it does.
    """

    place: str
    line: str

    def load(self, name: str) -> Any:
        """The command itself, ready to be invoked."""
        module, _, attribute = self.place.partition(":")
        found = getattr(import_module(module), attribute)
        around = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        if isinstance(found, typer.Typer):
            around.add_typer(found, name=name)
        else:
            around.command(name)(found)
        return typer.main.get_group(around).commands[name]


class Commands(MutableMapping[str, Any]):
    """Commands by name; a value is loaded when it is looked up, a name or a test for it loads nothing."""

    def __init__(self, lazy: dict[str, LazyCommand]) -> None:
        self.lazy = lazy
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self.lazy[name].load(name)
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self.lazy

    def __iter__(self) -> Iterator[str]:
        return iter(self.lazy)

    def __len__(self) -> int:
        return len(self.lazy)


class LazyGroup(TyperGroup):
    """A group whose commands are `Commands`.

    `otherwise`: the command that a first word which is none is an argument of; '' where that is a mistake.
    """

    commands: Commands
    otherwise: str = ""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names.

        Raises:
            SettingsError: `SETTINGS`, it is neither a command nor something that is there.
        """
        first, *rest = args
        if self.otherwise and first not in self.commands:
            if rest and not rest[0].startswith("-") and not Path(first).exists():
                raise SettingsError(
                    Code.SETTINGS,
                    f"there is no {first!r}: neither a cohort nor one of {', '.join(self.commands)}.",
                )
            args = [self.otherwise, *args]
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the signature is click's
        """Names, in the order of the table."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- the signature is click's
        """Names with their lines, whole: the help of a command is not needed for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.line) for name, command in self.commands.lazy.items()])


def lazy_group(lazy: dict[str, LazyCommand], otherwise: str = "") -> type[LazyGroup]:
    """A group class for `typer.Typer(cls=...)` with these commands; `otherwise` as `LazyGroup` has it."""

    class Group(LazyGroup):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.commands = Commands(lazy)
            self.otherwise = otherwise

    return Group
