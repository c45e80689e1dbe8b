"""docs/benchmarks.md and docs/reliability.md: each result between its marks, with machine and date."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
from pathlib import Path

__all__ = ["BENCHMARKS", "RELIABILITY", "add_row", "asked_of_data", "processor", "replace", "today"]

DOCS = Path(__file__).parents[1] / "docs"
BENCHMARKS, RELIABILITY = DOCS / "benchmarks.md", DOCS / "reliability.md"


def asked_of_data(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What is asked, `data` (a folder that an argument or ONCOMETRY_DATA names) and `write` among it."""
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("ONCOMETRY_DATA"))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.data is None:
        raise SystemExit("name the data folder, or set ONCOMETRY_DATA")
    asked.data = Path(asked.data)
    return asked


def processor() -> str:
    """Model name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), platform.machine())


def today() -> str:
    """The date, ISO."""
    return datetime.date.today().isoformat()


def replace(name: str, content: str, page: Path = BENCHMARKS) -> None:
    """Put the content between the marks of that name."""
    before, _, after = _parts(name, page)
    page.write_text(f"{before}\n{content}\n{after}", encoding="utf-8")


def add_row(name: str, head: str, row: str) -> None:
    """Add a row to the table between the marks of that name; makes the table if there is none."""
    _, inside, _ = _parts(name, BENCHMARKS)
    replace(name, f"{inside.strip() if '|---|' in inside else head}\n{row}")


def _parts(name: str, page: Path) -> tuple[str, str, str]:
    begin, end = f"<!-- BEGIN {name} -->", f"<!-- END {name} -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    inside, after = rest.split(end)
    return before + begin, inside, end + after
