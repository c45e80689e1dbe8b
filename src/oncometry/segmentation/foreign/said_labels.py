"""What people call sequences and tumor parts in the files of their networks, as our terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oncometry.core import Code, Contrast, UnsupportedError
from oncometry.segmentation.card import NetworkCard, RegionRule

__all__ = [
    "BRATS_REGIONS",
    "brats_label",
    "brats_region",
    "card_needed",
    "channel_contrasts",
    "slug",
    "told_card",
]

SEQUENCES: Mapping[str, Contrast] = {
    **dict.fromkeys(("t1", "t1n", "t1w", "t1native"), Contrast.T1),
    **dict.fromkeys(("t1c", "t1ce", "t1gd", "t1post", "t1wce", "t1withcontrast", "t1wgd"), Contrast.T1C),
    **dict.fromkeys(("t2", "t2w"), Contrast.T2),
    **dict.fromkeys(("flair", "t2f", "t2flair"), Contrast.FLAIR),
}
REGIONS: Mapping[str, str] = {
    **dict.fromkeys(("whole", "wholetumor", "wholetumour", "wt"), "WT"),
    **dict.fromkeys(("core", "tumorcore", "tumourcore", "tc"), "TC"),
}
LABELS: Mapping[str, int] = {
    **dict.fromkeys(("background",), 0),
    **dict.fromkeys(("ncr", "necrosis", "necroticcore", "necrotictumorcore", "net", "netc"), 1),
    **dict.fromkeys(("nonenhancing", "nonenhancingtumor", "nonenhancingtumour", "ncrnet"), 1),
    **dict.fromkeys(("ed", "edema", "oedema", "peritumoraledema", "snfh"), 2),
    **dict.fromkeys(("et", "enhancing", "enhancingtumor", "enhancingtumour"), 3),
}
BRATS_REGIONS = (
    RegionRule(name="WT", labels=(1, 2, 3)),
    RegionRule(name="TC", labels=(1, 3)),
    RegionRule(name="ET", labels=(3,)),
)
"""Of BraTS 2023, from the outermost to the innermost."""


def channel_contrasts(names: Sequence[str], place: Path) -> tuple[Contrast, ...]:
    """Sequences of the channels.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, one has a name that we do not know.
    """
    found = [SEQUENCES.get(_plain(name)) for name in names]
    if not names or None in found:
        raise card_needed(
            f"its channels are {', '.join(names) or 'not named'}: not all are sequences we know", place
        )
    return tuple(contrast for contrast in found if contrast is not None)


def brats_region(name: str) -> str | None:
    """'WT', 'TC' or 'ET'; None where it is none of them."""
    plain = _plain(name)
    return REGIONS.get(plain) or ("ET" if LABELS.get(plain) == 3 else None)


def brats_label(name: str) -> int | None:
    """Number in BraTS 2023, 0 for background; None where it is none of them."""
    return LABELS.get(_plain(name))


def card_needed(what: str, place: Path) -> UnsupportedError:
    """Refusal of a folder that does not tell enough by itself."""
    return UnsupportedError(
        Code.UNSUPPORTED_TYPE,
        f"{what}.",
        path=place,
        advice=f"Put a card beside the folder, {place.name}.json: docs/how-to/use-another-network.md shows one.",
    )


def told_card(fields: Mapping[str, Any], folder: Path) -> NetworkCard:
    """The card of what a folder says of itself.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, that does not make a card.
    """
    try:
        return NetworkCard.model_validate(fields)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"]) or "the card"
        raise card_needed(f"what it says of itself makes no card: {field}: {fault['msg']}", folder) from error


def slug(text: str) -> str:
    """A network's name from any text."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "network"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
