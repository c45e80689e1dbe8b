"""What the cohort's database has to show for the items of checklists that are about images."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from oncometry.prediction.imaging import Imaging
from oncometry.report.evidence import Evidence
from oncometry.report.formatting import count_text, listed

__all__ = ["IMAGING_EVIDENCE"]

LINK = "#imaging"


def _protocol(imaging: Imaging) -> Evidence | None:
    if not imaging.described:
        spaced = [one for one in imaging.protocols if one.spacing_mm is not None]
        return (
            Evidence("voxel spacing; the files state no parameter of the acquisition", LINK, True)
            if spaced
            else None
        )
    scanners = {one.scanner for one in imaging.protocols if one.scanner}
    by = count_text(len(scanners), "scanner") if scanners else "no scanner is named"
    text = f"{by}; parameters of {imaging.described} of {imaging.patients} patients"
    return Evidence(text, LINK, not scanners or imaging.described < imaging.patients)


def _dates(imaging: Imaging) -> Evidence | None:
    if imaging.first is None or imaging.last is None:
        return None
    text = f"images of {imaging.first.isoformat()} to {imaging.last.isoformat()}, as the files state; not of follow-up"
    return Evidence(text, LINK, True)


def _segmentation(imaging: Imaging) -> Evidence | None:
    if not imaging.masks:
        return None
    text = listed(
        [
            f"{one.masks} by {one.by}" if one.is_network else f"{one.masks} that came as {one.by}"
            for one in imaging.masks
        ]
    )
    drawn = any(not one.is_network for one in imaging.masks)
    return Evidence(
        f"masks: {text}" + ("; how those were drawn is not known here" if drawn else ""), LINK, drawn
    )


def _who_segmented(imaging: Imaging) -> Evidence | None:
    """Only a network is known by name: who drew a mask its file does not say."""
    networks = [one.by for one in imaging.masks if one.is_network]
    return Evidence(listed(networks), LINK, len(networks) < len(imaging.masks)) if networks else None


def _preprocessing(imaging: Imaging) -> Evidence | None:
    if not imaging.specs:
        return None
    return Evidence("features of images as acquired; intensities and grid as the spec says", LINK, True)


def _parameters(imaging: Imaging) -> Evidence | None:
    if not imaging.specs:
        return None
    hashes = ", ".join(f"{spec.sha256[:12]}..." for spec in imaging.specs)
    return Evidence(f"the whole spec with its hash, {hashes}", LINK, len(imaging.specs) > 1)


def _of_spec(
    say: Callable[[Mapping[str, Any], tuple[str, ...]], str | None],
) -> Callable[[Imaging], Evidence | None]:
    """Evidence from the spec that most regions follow; in part where others follow another."""

    def found(imaging: Imaging) -> Evidence | None:
        if not imaging.specs:
            return None
        spec = imaging.specs[0]
        text = say(json.loads(spec.parameters), spec.units)
        return None if text is None else Evidence(text, LINK, len(imaging.specs) > 1)

    return found


def _resampling(spec: Mapping[str, Any], _: tuple[str, ...]) -> str | None:
    if "setting" in spec:
        spacing = spec["setting"].get("resampledPixelSpacing")
        return f"to {spacing} mm" if spacing else "none: on each image's own grid"
    if "resample" not in spec:
        return None
    chosen = spec["resample"]
    return f"to {chosen['spacing_mm']} mm, {chosen['image']}" if chosen else "none: on each image's own grid"


def _discretization(spec: Mapping[str, Any], units: tuple[str, ...]) -> str | None:
    if "setting" in spec:
        count, width = (spec["setting"].get(name) for name in ("binCount", "binWidth"))
        return f"{count} bins" if count else f"bins {width:g} wide"
    if "intensity" not in spec:
        return None
    by_unit = spec.get("intensity_by_unit") or {}
    texts = [_bins(by_unit.get(unit, spec["intensity"])["discretize"], unit) for unit in units]
    return "; ".join(dict.fromkeys(texts)) or None


def _bins(how: Mapping[str, Any], unit: str) -> str:
    if "count" in how:
        return f"{how['count']} bins of the region's range"
    return f"bins {how['width']:g} {unit} wide" if "width" in how else "values as gray levels"


def _image_types(spec: Mapping[str, Any], _: tuple[str, ...]) -> str | None:
    if "imageType" in spec:
        return ", ".join(spec["imageType"])
    if "filters" not in spec:
        return None
    filters = [str(one.get("name") or one.get("kind") or "filter") for one in spec["filters"]]
    return ", ".join(["original", *filters])


def _classes(spec: Mapping[str, Any], _: tuple[str, ...]) -> str | None:
    found = spec.get("families") or spec.get("featureClass")
    return ", ".join(found) if found else None


IMAGING_EVIDENCE: Mapping[str, Callable[[Imaging], Evidence | None]] = {
    "dates": _dates,
    "discretization": _of_spec(_discretization),
    "feature_classes": _of_spec(_classes),
    "feature_parameters": _parameters,
    "image_preprocessing": _preprocessing,
    "image_types": _of_spec(_image_types),
    "imaging_protocol": _protocol,
    "segmentation": _segmentation,
    "voxel_resampling": _of_spec(_resampling),
    "who_segmented": _who_segmented,
}
"""Name -> what there is, of an experiment that images stand behind."""
