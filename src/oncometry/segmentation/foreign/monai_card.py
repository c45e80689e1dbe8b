"""The card of a MONAI bundle, from its two JSON files, of which nothing is ever evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oncometry.core import Code, CorruptInputError
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.said_labels import (
    BRATS_REGIONS,
    brats_label,
    brats_region,
    card_needed,
    channel_contrasts,
    slug,
)

__all__ = ["bundle_card", "bundle_json"]

SCALING = re.compile(r"Scale|Normalize|Clip|Threshold|Histogram|Gaussian")
MULTIPLE = re.compile(r"^(\d+) ?\* ?n$")


def bundle_json(folder: Path, name: str) -> dict[str, Any]:
    """`configs/NAME.json` of a bundle, as data.

    Raises:
        CorruptInputError: `CORRUPT`.
    """
    path = folder / "configs" / f"{name}.json"
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CorruptInputError(Code.CORRUPT, f"it is no JSON: {error}.", path=path) from error
    if not isinstance(content, dict):
        raise CorruptInputError(Code.CORRUPT, "it is no JSON object.", path=path)
    return content


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
    spacing = next((t["pixdim"] for t in transforms if t.get("_target_") == "Spacingd"), (1.0, 1.0, 1.0))
    references = _list(metadata.get("references"))
    return NetworkCard.model_validate(
        {
            "name": slug(folder.name),
            "version": str(metadata.get("version", "not stated")),
            "task": "tumor",
            "format": "monai",
            "inputs": inputs,
            "spacing_mm": spacing,
            "scheme": "brats-2023",
            "regions": BRATS_REGIONS,
            "foreign": {
                "axes": "RAS" if any(t.get("axcodes") == "RAS" for t in transforms) else "LPS",
                "intensity": _intensity(transforms, folder),
                "multiple": _multiple(_list(image.get("spatial_shape"))),
                "window": _window(_mapping(inference.get("inferer"))),
                **_meanings(outputs, folder),
            },
            "data": str(metadata.get("data_source", "not stated")),
            "license": "as the bundle's LICENSE says",
            "citation": str(references[0]) if references else "",
            "sha256": sha256,
        }
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
    if (
        len(scaling) == 1
        and scaling[0].get("_target_") == "NormalizeIntensityd"
        and scaling[0].get("nonzero") is True
    ):
        return "nonzero"
    told = ", ".join(str(t.get("_target_")) for t in scaling)
    raise card_needed(f"it prepares intensities by {told}, which is not known here", folder)


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
