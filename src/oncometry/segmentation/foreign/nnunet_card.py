"""The card of an nnU-Net v2 result folder, from its dataset.json and plans.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oncometry.core import Code, Contrast, CorruptInputError
from oncometry.segmentation.card import NetworkCard, RegionRule
from oncometry.segmentation.foreign.json_file import json_object
from oncometry.segmentation.foreign.said_labels import (
    BRATS_REGIONS,
    brats_label,
    brats_region,
    card_needed,
    channel_contrasts,
    slug,
    told_card,
)
from oncometry.segmentation.scores import BRAIN

__all__ = ["result_card"]


def result_card(folder: Path, sha256: str) -> NetworkCard:
    """What the folder says of itself: parts of a brain tumor by name, as labels or regions, or the brain.

    Voxels are taken in the order of BraTS's own files (LPS): nnU-Net sees them as they lie in a file.

    Raises:
        CorruptInputError: `CORRUPT`.
        UnsupportedError: `UNSUPPORTED_TYPE`, labels or channels that we do not know.
    """
    dataset, plans = json_object(folder / "dataset.json"), json_object(folder / "plans.json")
    channels = dataset.get("channel_names") or dataset.get("modality")
    labels = dataset.get("labels")
    if not isinstance(channels, dict) or not isinstance(labels, dict):
        raise CorruptInputError(
            Code.CORRUPT, "it names no channels or no labels.", path=folder / "dataset.json"
        )
    names = [str(channels[key]) for key in sorted(channels, key=_number)]
    brain = set(map(str.lower, labels)) == {"background", BRAIN}
    return told_card(
        {
            "name": slug(str(plans.get("dataset_name") or folder.name)),
            "version": folder.name,
            "task": "brain" if brain else "tumor",
            "format": "nnunet",
            "inputs": (Contrast.UNKNOWN,) if brain and len(names) == 1 else channel_contrasts(names, folder),
            "scheme": None if brain else "brats-2023",
            "regions": (RegionRule(name=BRAIN, labels=(1,)),) if brain else BRATS_REGIONS,
            "foreign": {"axes": "LPS"} | (_softmax((0, 1)) if brain else _meanings(dataset, labels, folder)),
            "data": str(dataset.get("description") or dataset.get("name") or "not stated"),
            "license": str(dataset.get("licence") or dataset.get("license") or "not stated"),
            "source": str(dataset.get("reference") or ""),
            "citation": "doi:10.1038/s41592-020-01008-z",
            "sha256": sha256,
        },
        folder,
    )


def _meanings(dataset: Mapping[str, Any], labels: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Regions in the order of the channels, or what each label is."""
    found = {name: value for name, value in labels.items() if name.lower() != "background"}
    regions = [brats_region(name) for name in found]
    orders = dataset.get("regions_class_order")
    if orders is not None and sorted(str(r) for r in regions) == ["ET", "TC", "WT"]:
        if not isinstance(orders, list) or len(orders) != len(regions):
            raise CorruptInputError(
                Code.CORRUPT,
                f"regions_class_order {orders!r} is not a label for each of {', '.join(found)}.",
                path=folder / "dataset.json",
            )
        return {"activation": "sigmoid", "outputs": tuple(regions)}
    numbers = {value: brats_label(name) for name, value in labels.items() if isinstance(value, int)}
    if sorted(numbers) == [0, 1, 2, 3] and sorted(n for n in numbers.values() if n is not None) == [
        0,
        1,
        2,
        3,
    ]:
        return _softmax(tuple(numbers[value] for value in range(4)))
    raise card_needed(
        f"its labels are {', '.join(labels)}: not the parts of a brain tumor, nor the brain", folder
    )


def _softmax(classes: tuple[int | None, ...]) -> dict[str, Any]:
    return {"activation": "softmax", "classes": classes}


def _number(key: str) -> int:
    return int(key) if str(key).isdigit() else 0
