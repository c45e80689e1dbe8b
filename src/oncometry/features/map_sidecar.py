"""What lies beside the file of a map: what its values are, and everything that they were made from."""

from __future__ import annotations

import json

import numpy as np

from oncometry.core.software import code_version
from oncometry.features.map_result import FeatureMap
from oncometry.features.map_settings import MapSettings
from oncometry.features.spec import FeatureSpec

__all__ = ["map_sidecar"]


def map_sidecar(found: FeatureMap, spec: FeatureSpec, maps: MapSettings) -> str:
    """JSON.

    Args:
        spec, maps: that the map was made by.
    """
    column, source = found.column, found.source
    content = {
        "Feature": {
            "Family": column.family.value,
            "Name": column.name,
            "IbsiId": column.ibsi_id,
            "Tag": column.tag,
            "Units": column.unit,
        },
        "Filter": found.filter,
        "Label": source.label,
        "Radius": maps.radius,
        "OutsideValue": maps.outside,
        "VoxelsWithValue": int(np.count_nonzero(~np.isnan(found.array))),
        "Reason": None if found.reason is None else found.reason.value,
        "Software": f"oncometry {code_version()}",
        "SpecSHA256": source.spec_hash,
        "Spec": json.loads(spec.canonical_json),
        "MapsSHA256": source.map_hash,
        "Maps": json.loads(maps.canonical_json),
        "ImageSHA256": source.image_hash,
        "MaskSHA256": source.mask_hash,
    }
    return json.dumps(content, indent=1, allow_nan=False) + "\n"
