"""The commands that the pages show are there, with their options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from oncometry.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def shown_commands() -> list[tuple[str, str]]:
    """Commands in code blocks and in backticks: (page, line)."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
        lines += re.findall(
            r"`(oncometry [^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.M)
        )
        found += [(page.name, line.split("#")[0].strip()) for line in lines]
    return [(page, line) for page, line in found if line.startswith(("oncometry ", "make "))]


def subcommands(command: Any) -> dict[str, Any]:
    """Of a group, by name; none of a plain command."""
    found: dict[str, Any] = getattr(command, "commands", {})
    return found


@pytest.mark.parametrize(("page", "line"), shown_commands())
def test_commands_that_are_shown_exist(page: str, line: str) -> None:
    words = shlex.split(line)
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert words[1] in targets
        return
    command = typer.main.get_command(app)
    words = words[1:]
    while words and words[0] in subcommands(command):
        command = subcommands(command)[words.pop(0)]
    if words and getattr(command, "otherwise", ""):
        command = subcommands(command)[command.otherwise]  # `oncometry lesions COHORT`
    if words and words[0].isupper():
        return  # `oncometry COMMAND --help`
    assert not subcommands(command) or not words, f"{line}: no such command"
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("-")} <= options


def test_the_readme_opens_with_the_two_commands() -> None:
    first = re.search(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert first is not None
    assert [line.split("#")[0].split() for line in first[1].splitlines()] == [
        ["make", "demo"],
        ["make", "test"],
    ]


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    names = subcommands(typer.main.get_command(app))
    assert names
    assert not [name for name in names if f"oncometry {name}" not in readme]
