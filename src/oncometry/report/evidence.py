"""Evidence for an item of a checklist."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """What there is, the section or file that shows it, and whether it answers the item in part only."""

    text: str
    link: str
    in_part: bool = False
