"""Whose mask: masks of one hand are compared over time, masks of two hands never.

No file says who drew. Masks of one lesion side by side at a date are of different hands; over time a hand is
known by what it writes: kind of file, label scheme, description. A network says itself that it was it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Found", "Hand", "Rivals", "drawn_by", "rivals_of"]

Mask = TypeVar("Mask")
NETWORK = "NETWORK"
"""Kind of the masks that networks made."""


class Hand(NamedTuple):
    """What tells masks of one date apart."""

    kind: str
    scheme: str
    description: str

    def likeness(self, other: Hand) -> tuple[int, int]:
        """How many of the three are equal, then how many words of the descriptions, which often hold the date."""
        equal = sum(a == b for a, b in zip(self, other, strict=True))
        return equal, len(_words(self.description) & _words(other.description))

    @property
    def is_network(self) -> bool:
        """Whether a network made the masks, and no reader."""
        return self.kind == NETWORK

    def may_be(self, other: Hand) -> bool:
        """Whether both may be one hand: a network, with its weights, is nobody else."""
        return self == other or not (self.is_network or other.is_network)

    @property
    def text(self) -> str:
        """'reader A (SEG, binary)'."""
        return f"{self.description} ({self.kind}, {self.scheme})".lstrip()


@dataclass(frozen=True)
class Found(Generic[Mask]):
    """The mask of a hand, None where it drew none; `ambiguous` where another may as well be its own."""

    mask: Mask | None
    ambiguous: bool = False


Rivals = Mapping[Hand, frozenset[Hand]]
"""A hand -> the other hands that drew a lesion beside it."""


def _words(text: str) -> set[str]:
    return set(re.split(r"[\W_]+", text.lower())) - {""}


def rivals_of(drawn: Iterable[tuple[object, Hand]]) -> Rivals:
    """Of (place, hand), where a place is one lesion at one date in one kind of image."""
    beside: dict[object, set[Hand]] = defaultdict(set)
    for place, hand in drawn:
        beside[place].add(hand)
    found: dict[Hand, set[Hand]] = defaultdict(set)
    for hands in beside.values():
        for hand in hands:
            found[hand] |= hands - {hand}
    return {hand: frozenset(others) for hand, others in found.items()}


def drawn_by(
    hand: Hand, rivals: Rivals, masks: Iterable[Mask], hand_of: Callable[[Mask], Hand]
) -> Found[Mask]:
    """Which of the masks at a place this hand drew.

    A mask that is more like a rival is the rival's; of the others it is the one most alike. What a network made is its
    own and of no reader, and the reverse.
    """
    others = rivals.get(hand, frozenset())
    alike = []
    for mask in masks:
        if not hand_of(mask).may_be(hand):
            continue
        likeness = hand_of(mask).likeness(hand)
        rival = max((hand_of(mask).likeness(other) for other in others), default=None)
        if rival is None or likeness >= rival:
            alike.append((likeness, likeness == rival, mask))
    best = max((likeness for likeness, _, _ in alike), default=None)
    own = [(doubted, mask) for likeness, doubted, mask in alike if likeness == best]
    if not own:
        return Found(None)
    doubted, first = own[0]
    return Found(first, ambiguous=doubted or len(own) > 1)
