"""The card of a MONAI bundle, from its two JSON files, of which nothing is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oncometry.segmentation.card import NetworkCard
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

__all__ = ["bundle_card", "bundle_json"]

SCALING = re.compile(r"Scale|Normalize|Clip|Threshold|Histogram|Gaussian")
MULTIPLE = re.compile(r"^(\d+) ?\* ?n$")


def bundle_json(folder: Path, name: str) -> dict[str, Any]:
    """`configs/NAME.json` of a bundle, as data.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    return json_object(folder / "configs" / f"{name}.json")


def bundle_card(folder: Path, sha256: str) -> NetworkCard:
    """What the bundle says of itself.

    Voxels are taken in the order of BraTS's own files (LPS) unless the bundle orients them; 1 mm unless it resamples.

    Raises:
        CorruptInputError: `CORRUPT`.
        UnsupportedError: `UNSUPPORTED_TYPE`, it does not say enough, or prepares images as we cannot.
    """
    metadata, inference = bundle_json(folder, "metadata"), bundle_json(folder, "inference")
    data = _mapping(metadata.get("network_data_format"))
    image = _mapping(_mapping(data.get("inputs")).get("image"))
    inputs = channel_contrasts(_named(image), folder)
    outputs = _named(_mapping(_mapping(data.get("outputs")).get("pred")))
    transforms = [_mapping(t) for t in _list(_mapping(inference.get("preprocessing")).get("transforms"))]
    references = _list(metadata.get("references"))
    return told_card(
        {
            "name": slug(folder.name),
            "version": str(metadata.get("version", "not stated")),
            "task": "tumor",
            "format": "monai",
            "inputs": inputs,
            "spacing_mm": _spacing(transforms, folder),
            "scheme": "brats-2023",
            "regions": BRATS_REGIONS,
            "foreign": {
                "axes": _axes(transforms, folder),
                "intensity": _intensity(transforms, folder),
                "multiple": _multiple(_list(image.get("spatial_shape"))),
                "window": _window(_mapping(inference.get("inferer"))),
                **_meanings(outputs, folder),
            },
            "data": str(metadata.get("data_source", "not stated")),
            "license": "as the bundle's LICENSE says",
            "citation": str(references[0]) if references else "",
            "sha256": sha256,
        },
        folder,
    )


def _meanings(outputs: Sequence[str], folder: Path) -> dict[str, Any]:
    """Channels that are regions (sigmoid), or labels with a background (softmax)."""
    regions = [brats_region(name) for name in outputs]
    if sorted(str(r) for r in regions) == ["ET", "TC", "WT"]:
        return {"activation": "sigmoid", "outputs": tuple(regions)}
    labels = [brats_label(name) for name in outputs]
    if sorted(-1 if n is None else n for n in labels) == [0, 1, 2, 3]:
        return {"activation": "softmax", "classes": tuple(labels)}
    raise card_needed(
        f"its outputs are {', '.join(outputs) or 'not named'}: not the parts of a brain tumor", folder
    )


def _intensity(transforms: Sequence[Mapping[str, Any]], folder: Path) -> str:
    scaling = [t for t in transforms if SCALING.search(str(t.get("_target_", "")))]
    if not scaling:
        return "none"
    if len(scaling) == 1 and _is_of_nonzero(scaling[0]):
        return "nonzero"
    told = ", ".join(str(t.get("_target_")) for t in scaling)
    raise card_needed(f"it prepares intensities by {told}, which is not known here", folder)


def _is_of_nonzero(scaling: Mapping[str, Any]) -> bool:
    """Mean 0 and deviation 1 of what is not 0, of each channel by itself; MONAI takes all channels together unless told."""
    plain = set(scaling) <= {"_target_", "keys", "nonzero", "channel_wise", "allow_missing_keys", "dtype"}
    kept = scaling.get("nonzero") is True and scaling.get("channel_wise") is True
    return plain and kept and scaling.get("_target_") == "NormalizeIntensityd"


def _axes(transforms: Sequence[Mapping[str, Any]], folder: Path) -> str:
    """As the bundle orients voxels; those of BraTS's own files where it does not."""
    turned = [t.get("axcodes") for t in transforms if "Orientation" in str(t.get("_target_", ""))]
    if not turned:
        return "LPS"
    if len(turned) > 1 or turned[0] not in ("RAS", "LPS"):
        raise card_needed(
            f"it orients voxels to {', '.join(map(str, turned))}, which is not known here", folder
        )
    return str(turned[0])


def _spacing(transforms: Sequence[Mapping[str, Any]], folder: Path) -> Sequence[float]:
    """mm that the bundle resamples to; 1 where it does not."""
    asked = [t.get("pixdim") for t in transforms if "Spacing" in str(t.get("_target_", ""))]
    if not asked:
        return 1.0, 1.0, 1.0
    told = asked[0] if len(asked) == 1 else None
    if (
        not isinstance(told, list)
        or len(told) != 3
        or not all(isinstance(n, int | float) and n > 0 for n in told)
    ):
        raise card_needed(f"it resamples to {', '.join(map(str, asked))}, which is not known here", folder)
    return told


def _multiple(sizes: Sequence[Any]) -> int:
    """Of '8*n'; 16 where it is not said."""
    found = [MULTIPLE.match(str(size)) for size in sizes]
    return max((int(m[1]) for m in found if m), default=16)


def _window(inferer: Mapping[str, Any]) -> tuple[int, int, int] | None:
    size = inferer.get("roi_size")
    if isinstance(size, list) and len(size) == 3 and all(isinstance(n, int) and n > 0 for n in size):
        return size[0], size[1], size[2]
    return None


def _named(value: Mapping[str, Any]) -> list[str]:
    """Channel names in the order of their numbers."""
    named = _mapping(value.get("channel_def"))
    return [str(named[key]) for key in sorted(named, key=lambda k: int(k) if str(k).isdigit() else 0)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
