"""Which regions the masks of a data set can show, and where they are in one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from oncometry.core import Code, Compartment, Segment, Segmentation, SettingsError, scheme_named
from oncometry.core.schemes import COMPOSITION
from oncometry.core.segmentation import Mask
from oncometry.segmentation.card import RegionRule

__all__ = ["hidden_regions", "in_scheme", "region_masks", "shown_regions"]

C = Compartment
REGIONS = {"WT": C.WHOLE, "TC": C.CORE, "ET": C.ENHANCING}
"""From the outermost to the innermost."""
RINGS = {"WT": 2, "TC": 1, "ET": 3}
"""What BraTS 2023 calls what is in a region and in no inner one."""
UNIONS = frozenset({C.WHOLE, C.CORE})
BINARY = "binary"
BRATS = "brats-2023"


def shown_regions(compartments: Collection[Compartment]) -> tuple[str, tuple[RegionRule, ...]]:
    """Label scheme of the network's masks and its regions: those of WT, TC, ET that differ from the next inner one.

    Args:
        compartments: that the data set's labels mean.

    Raises:
        SettingsError: `SETTINGS`, none is of a tumor.
    """
    parts = {name: COMPOSITION[region] & set(compartments) for name, region in REGIONS.items()}
    names = [
        name
        for name, inner in zip(parts, [*list(parts.values())[1:], frozenset()], strict=True)
        if parts[name] != inner
    ]
    if not names:
        raise SettingsError(
            Code.SETTINGS,
            "the data set's labels name no part of a tumor.",
            advice="State what they mean with data.scheme; `oncometry labels MASK` lists the schemes that fit.",
        )
    if names == ["WT"]:
        return BINARY, (RegionRule(name="WT", labels=(1,)),)
    rings = [RINGS[name] for name in names]
    return BRATS, tuple(
        RegionRule(name=name, labels=tuple(sorted(rings[at:]))) for at, name in enumerate(names)
    )


def hidden_regions(compartments: Collection[Compartment], rules: Sequence[RegionRule]) -> list[str]:
    """Names of the regions that a mask cannot show: it draws as one what holds them, and does not draw them in it.

    A mask of edema alone says that nothing enhances; one of the whole tumor says nothing about it. One of the whole and of
    what enhances says nothing about the core: necrosis is in the whole.

    Args:
        compartments: that the mask's labels mean.
    """
    drawn = set(compartments)
    return [
        rule.name
        for rule in rules
        if drawn & UNIONS - COMPOSITION[REGIONS[rule.name]] and not _drawn_in(drawn, REGIONS[rule.name])
    ]


def _drawn_in(drawn: Collection[Compartment], region: Compartment) -> bool:
    """Whether a region within a larger one is drawn: as such, or what enhances of it and the rest."""
    rest = COMPOSITION[region] - {region, C.ENHANCING}
    return region in drawn or (C.ENHANCING in drawn and not rest.isdisjoint(drawn))


def region_masks(segmentation: Segmentation, rules: Sequence[RegionRule]) -> list[Mask]:
    """(ni, nj, nk) for each region, on the segmentation's grid."""
    masks = []
    for rule in rules:
        mask: Mask = np.zeros(segmentation.geometry.shape, dtype=bool, order="F")
        for segment in segmentation:
            if segment.compartment in COMPOSITION[REGIONS[rule.name]]:
                mask[segment.box] |= segment.array
        masks.append(mask)
    return masks


def in_scheme(segmentation: Segmentation, scheme: str, rules: Sequence[RegionRule]) -> Segmentation:
    """A mask as the network would have drawn it: the same regions by the numbers of its scheme."""
    masks = region_masks(segmentation, rules)
    meaning = scheme_named(scheme).labels
    segments = []
    for at, (rule, mask) in enumerate(zip(rules, masks, strict=True)):
        inner = rules[at + 1].labels if at + 1 < len(rules) else ()
        number = next(n for n in rule.labels if n not in inner)
        ring = mask & ~masks[at + 1] if at + 1 < len(rules) else mask
        segments.append(Segment.from_mask(number, *meaning[number], ring))
    ordered = tuple(sorted(segments, key=lambda segment: segment.number))
    return Segmentation(segmentation.geometry, ordered, scheme, key=segmentation.key)
