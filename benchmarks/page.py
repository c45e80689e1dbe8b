"""docs/benchmarks.md: each result between its marks, with machine and date."""

from __future__ import annotations

import datetime
import platform
from pathlib import Path

__all__ = ["add_row", "processor", "replace", "today"]

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def processor() -> str:
    """Model name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), platform.machine())


def today() -> str:
    """The date, ISO."""
    return datetime.date.today().isoformat()


def replace(name: str, content: str) -> None:
    """Put the content between the marks of that name."""
    before, _, after = _parts(name)
    PAGE.write_text(f"{before}\n{content}\n{after}", encoding="utf-8")


def add_row(name: str, head: str, row: str) -> None:
    """Add a row to the table between the marks of that name; makes the table if there is none."""
    _, inside, _ = _parts(name)
    replace(name, f"{inside.strip() if '|---|' in inside else head}\n{row}")


def _parts(name: str) -> tuple[str, str, str]:
    begin, end = f"<!-- BEGIN {name} -->", f"<!-- END {name} -->"
    before, rest = PAGE.read_text(encoding="utf-8").split(begin)
    inside, after = rest.split(end)
    return before + begin, inside, end + after
