"""The table of inputs in docs/concepts/io.md, made of the rows that the tests run."""

from __future__ import annotations

from pathlib import Path

from .row import Row
from .rows import EVERY_ROW

__all__ = ["BEGIN", "END", "PAGE", "table"]

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "io.md"
BEGIN, END = "<!-- BEGIN inputs -->\n", "<!-- END inputs -->"


def table() -> str:
    """Markdown: what arrives, its variants, the code that is said of them, what becomes of them."""
    lines = ["| What arrives | Such as | Code | What becomes of it |", "|---|---|---|---|"]
    return "\n".join([*lines, *(line for row in EVERY_ROW for line in _lines(row)), ""])


def _lines(row: Row) -> list[str]:
    groups: dict[tuple[str | None, str], list[str]] = {}
    for variant in row.variants:
        groups.setdefault((variant.code, variant.outcome.value), []).append(variant.name)
    found = []
    for (code, outcome), names in groups.items():
        what = row.what if not found else ""
        found.append(f"| {what} | {', '.join(names)} | {f'`{code}`' if code else '–'} | {outcome} |")
    return found


def write() -> None:
    """Put the table between its marks."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    write()
