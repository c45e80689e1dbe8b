"""The sets of features that every experiment is judged with: controls that cannot be switched off."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.prediction.fold.chain import IMAGE_BLOCKS
from oncometry.prediction.table import Block, FeatureTable

__all__ = ["BASELINE", "COMBINED", "NOTHING", "SHUFFLED", "FeatureSet", "feature_sets", "headline_pair"]

NOTHING = "nothing"
BASELINE = "clinical + volume"
COMBINED = "combined"
SHUFFLED = "radiomics, voxels shuffled"


@dataclass(frozen=True)
class FeatureSet:
    """Blocks that a model is given together."""

    name: str
    blocks: tuple[Block, ...]


def feature_sets(table: FeatureTable) -> tuple[FeatureSet, ...]:
    """Nothing, each block alone, clinical with volume, and all together; a set that equals another is left out.

    What images add is `COMBINED` over the largest set without them: clinical with volume where both are there.
    """
    there = table.blocks
    plain = tuple(b for b in there if b not in IMAGE_BLOCKS)
    found = [FeatureSet(NOTHING, ())]
    found += [FeatureSet(str(b), (b,)) for b in there]
    if len(plain) == 2:
        found.append(FeatureSet(BASELINE, plain))
    if len(there) > len(plain) and len(there) > 1:
        found.append(FeatureSet(COMBINED, there))
    return tuple(found)


def headline_pair(sets: tuple[FeatureSet, ...]) -> tuple[FeatureSet, FeatureSet] | None:
    """The larger set and what it is held against: all with images over all without; else volume's gain over clinical alone."""
    named = {s.name: s for s in sets}
    if COMBINED in named:
        without = next((named[n] for n in (BASELINE, "volume", "clinical") if n in named), named[NOTHING])
        return named[COMBINED], without
    if BASELINE in named:
        return named[BASELINE], named["clinical"]
    return None
