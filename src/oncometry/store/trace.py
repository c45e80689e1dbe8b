"""Where a value comes from, as a tree that can be printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Trace"]

LONGEST_LIST = 8
LONGEST_TEXT = 240


@dataclass(frozen=True, repr=False)
class Trace:
    """A node: what it is, what is known of it, and what it comes from.

    Attributes:
        kind: 'value', 'lesion', 'mask', 'series', 'instance', 'file', 'step', 'sheet' ...
        title: one line that names it.
        facts: names, with units, to values.
        sources: what it comes from.
    """

    kind: str
    title: str
    facts: Mapping[str, Any]
    sources: tuple[Trace, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<Trace of {self.kind} {self.title}, {sum(1 for _ in self.walk())} nodes; print it to read it>"
        )

    def __str__(self) -> str:
        return self.to_text()

    def to_json(self) -> dict[str, Any]:
        """Everything, for `--json`."""
        return {
            "kind": self.kind,
            "title": self.title,
            "facts": dict(self.facts),
            "sources": [source.to_json() for source in self.sources],
        }

    def to_text(self) -> str:
        """An indented tree; long texts and long lists of files are cut. `to_json` has all."""
        return "\n".join(self._lines(0))

    def walk(self) -> Iterator[Trace]:
        """This node and all below it."""
        yield self
        for source in self.sources:
            yield from source.walk()

    def _lines(self, depth: int) -> Iterator[str]:
        indent = "  " * depth
        yield f"{indent}{self.kind}: {self.title}"
        for name, value in self.facts.items():
            if value is not None and value != "":
                yield f"{indent}    {name}: {_short(value)}"
        shown = _shortened(self.sources)
        for source in shown[0]:
            yield from source._lines(depth + 1)
        if shown[1]:
            yield f"{indent}  ... {len(self.sources) - len(shown[0]) - len(shown[1])} more ..."
            for source in shown[1]:
                yield from source._lines(depth + 1)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} ... ({len(text)} characters)"


def _shortened(sources: tuple[Trace, ...]) -> tuple[tuple[Trace, ...], tuple[Trace, ...]]:
    if len(sources) <= LONGEST_LIST:
        return sources, ()
    return sources[: LONGEST_LIST - 1], sources[-1:]
