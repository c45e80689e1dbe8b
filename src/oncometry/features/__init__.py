"""Image and segmentation to feature values, as IBSI defines them."""

from __future__ import annotations

from oncometry.features.device import Device, check_device, cuda_devices, cuda_is_built
from oncometry.features.extract import extract
from oncometry.features.feature_maps import check_maps, feature_maps
from oncometry.features.map_result import FeatureMap, MapSource
from oncometry.features.map_settings import MapSettings
from oncometry.features.map_sidecar import map_sidecar
from oncometry.features.pyradiomics_parameters import map_settings_of_parameters
from oncometry.features.result import FeatureValue, FeatureVector
from oncometry.features.rows import COLUMNS, FeatureRow, feature_rows
from oncometry.features.spec import FeatureSpec
from oncometry.features.spec_file import profile_named, spec_of

__all__ = [
    "COLUMNS",
    "Device",
    "FeatureMap",
    "FeatureRow",
    "FeatureSpec",
    "FeatureValue",
    "FeatureVector",
    "MapSettings",
    "MapSource",
    "check_device",
    "check_maps",
    "cuda_devices",
    "cuda_is_built",
    "extract",
    "feature_maps",
    "feature_rows",
    "map_settings_of_parameters",
    "map_sidecar",
    "profile_named",
    "spec_of",
]
