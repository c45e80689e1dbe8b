"""Normalize values, so that they compare between scans."""

from __future__ import annotations

import numpy as np

from oncometry.core import Code, Contrast, Image, Modality, Notice, Unit
from oncometry.preprocessing.foreground import foreground
from oncometry.preprocessing.result import AppliedStep, Parameter, Preprocessed
from oncometry.preprocessing.settings import PreprocessingSettings

__all__ = ["is_quantitative", "normalize", "normalize_percentile", "normalize_zscore", "window"]

PERCENTILES = (1.0, 99.0)
_SOFTWARE = f"numpy {np.__version__}"


def is_quantitative(image: Image) -> bool:
    """Whether values mean the same on every scanner (HU, SUV, ADC): they are not rescaled."""
    return image.unit is not Unit.ARBITRARY or image.contrast in (Contrast.ADC, Contrast.PERFUSION)


def normalize(image: Image, settings: PreprocessingSettings) -> Preprocessed:
    """CT is windowed; PET and quantitative MR stay in their unit; other values as the setting says."""
    if settings.normalization == "none":
        return Preprocessed(image, ())
    if image.modality is Modality.CT:
        return window(image, settings.ct_window_hu)
    if image.modality is Modality.PT or is_quantitative(image):
        return Preprocessed(image, ())
    if settings.normalization == "zscore":
        return normalize_zscore(image)
    return normalize_percentile(image)


def normalize_zscore(image: Image) -> Preprocessed:
    """Mean 0 and standard deviation 1 over the foreground (Otsu), float32."""
    inside = foreground(image)
    values = np.empty(0) if inside is None else image.array[inside].astype(np.float64)
    if values.size < 2 or values.std() == 0:
        return _unchanged(image)
    mean, deviation = float(values.mean()), float(values.std())
    array = ((image.array - mean) / deviation).astype(np.float32)
    parameters: dict[str, Parameter] = {
        "method": "zscore",
        "mean": mean,
        "standard_deviation": deviation,
        "voxels": values.size,
    }
    return Preprocessed(image.with_array(array), (AppliedStep("normalize", parameters, _SOFTWARE),))


def normalize_percentile(image: Image) -> Preprocessed:
    """The foreground's 1st and 99th percentiles to 0 and 1, clipped there, float32."""
    inside = foreground(image)
    if inside is None:
        return _unchanged(image)
    low, high = (float(p) for p in np.percentile(image.array[inside], PERCENTILES))
    if high <= low:
        return _unchanged(image)
    array = np.clip((image.array - low) / (high - low), 0, 1).astype(np.float32)
    parameters: dict[str, Parameter] = {
        "method": "percentile",
        "percentiles": list(PERCENTILES),
        "low": low,
        "high": high,
    }
    return Preprocessed(image.with_array(array), (AppliedStep("normalize", parameters, _SOFTWARE),))


def window(image: Image, limits: tuple[float, float]) -> Preprocessed:
    """Values beyond the limits (the image's unit) become the limits."""
    array = np.clip(image.array, *limits).astype(np.float32)
    step = AppliedStep("normalize", {"method": "window", "limits": list(limits)}, _SOFTWARE)
    return Preprocessed(image.with_array(array), (step,))


def _unchanged(image: Image) -> Preprocessed:
    notice = Notice(Code.CONSTANT, "not normalized: the foreground has no contrast.", image.key or None)
    return Preprocessed(image, (), (notice,))
