"""The spec of profile `pyradiomics`: its settings under its own names, as its parameter files have them.

Source: PyRadiomics 3.1, documentation chapters 'Customizing the Extraction' and 'Image Processing';
van Griethuysen et al., doi:10.1158/0008-5472.CAN-17-0339.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from pydantic.alias_generators import to_camel

from oncometry.features.filters.wavelet import WaveletName
from oncometry.features.spec import FeatureSpec, Setting

__all__ = ["FEATURE_CLASSES", "ImageType", "Interpolator", "PyradiomicsSettings", "PyradiomicsSpec"]

FeatureClass = Literal["firstorder", "shape", "shape2D", "glcm", "glrlm", "glszm", "gldm", "ngtdm"]
ImageType = Literal[
    "Original",
    "LoG",
    "Wavelet",
    "Square",
    "SquareRoot",
    "Logarithm",
    "Exponential",
    "Gradient",
    "LBP2D",
    "LBP3D",
]
Interpolator = Literal[
    "sitkNearestNeighbor",
    "sitkLinear",
    "sitkBSpline",
    "sitkGaussian",
    "sitkLabelGaussian",
    "sitkHammingWindowedSinc",
    "sitkCosineWindowedSinc",
    "sitkWelchWindowedSinc",
    "sitkLanczosWindowedSinc",
    "sitkBlackmanWindowedSinc",
]
"""In the order of SimpleITK's numbers, from 1."""
WeightingNorm = Literal["manhattan", "euclidean", "infinity", "no_weighting"]

FEATURE_CLASSES: tuple[FeatureClass, ...] = (
    "shape",
    "firstorder",
    "glcm",
    "glrlm",
    "glszm",
    "gldm",
    "ngtdm",
)
"""Classes that are computed where a parameter file names none; shape2D has to be asked for."""


def _resegmentation(bounds: tuple[float, ...] | None) -> tuple[float, ...] | None:
    if bounds is not None and (len(bounds) not in (1, 2) or sorted(bounds) != list(bounds)):
        raise ValueError("takes a lower bound, or a lower and an upper one")
    return bounds


def _told_apart(sigmas: tuple[int | float, ...]) -> tuple[int | float, ...]:
    if len(set(map(str, sigmas))) < len(sigmas):
        raise ValueError("sigma must not repeat: each names an image")
    return sigmas


class PyradiomicsSettings(Setting):
    """The section `setting` of a parameter file, as far as it decides values; defaults are PyRadiomics'."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_alias=True, validate_by_name=True)

    normalize: bool = False
    normalize_scale: PositiveFloat = 1
    remove_outliers: PositiveFloat | None = None
    resampled_pixel_spacing: tuple[NonNegativeFloat, NonNegativeFloat, NonNegativeFloat] | None = None
    interpolator: Interpolator | None = "sitkBSpline"
    pre_crop: bool = False
    pad_distance: int = Field(5, ge=0)
    resegment_range: Annotated[tuple[float, ...] | None, AfterValidator(_resegmentation)] = None
    resegment_mode: Literal["absolute", "relative", "sigma"] = "absolute"
    resegment_shape: bool = False
    label: PositiveInt = 1
    minimum_roi_dimensions: int = Field(2, ge=1, le=3, alias="minimumROIDimensions")
    minimum_roi_size: int | None = Field(None, ge=0, alias="minimumROISize")
    bin_width: PositiveFloat = 25
    bin_count: PositiveInt | None = None
    voxel_array_shift: float = 0
    force_2d: bool = Field(False, alias="force2D")
    force_2d_dimension: Literal[0, 1, 2] = Field(0, alias="force2Ddimension")
    distances: tuple[PositiveInt, ...] = (1,)
    symmetrical_glcm: bool = Field(True, alias="symmetricalGLCM")
    weighting_norm: WeightingNorm | None = None
    gldm_a: NonNegativeFloat = Field(0, alias="gldm_a")
    sigma: Annotated[tuple[PositiveInt | PositiveFloat, ...], AfterValidator(_told_apart)] = ()
    wavelet: WaveletName = "coif1"
    level: PositiveInt = 1
    start_level: int = Field(0, ge=0, alias="start_level")
    gradient_use_spacing: bool = True
    lbp_2d_radius: PositiveFloat = Field(1.0, alias="lbp2DRadius")
    lbp_2d_samples: int = Field(8, ge=2, le=24, alias="lbp2DSamples")
    lbp_2d_method: Literal["default", "ror", "uniform"] = Field("uniform", alias="lbp2DMethod")
    lbp_3d_levels: PositiveInt = Field(2, alias="lbp3DLevels")
    lbp_3d_radius: PositiveFloat = Field(1.0, alias="lbp3DIcosphereRadius")
    lbp_3d_subdivisions: int = Field(1, ge=0, le=4, alias="lbp3DIcosphereSubdivision")


_OF_ALL_IMAGES = frozenset(
    {
        *("normalize", "normalize_scale", "remove_outliers"),
        *("resampled_pixel_spacing", "interpolator", "pre_crop", "pad_distance"),
        *("resegment_range", "resegment_mode", "resegment_shape"),
        *("label", "minimum_roi_dimensions", "minimum_roi_size"),
    }
)
"""What decides image and mask before any image type: one of these cannot be given to an image type alone."""


def _original() -> dict[ImageType, PyradiomicsSettings]:
    return {"Original": PyradiomicsSettings()}


class PyradiomicsSpec(FeatureSpec):
    """Features by PyRadiomics' names and conventions."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_alias=True, validate_by_name=True)

    profile: str = "pyradiomics"
    setting: PyradiomicsSettings = PyradiomicsSettings()
    image_type: dict[ImageType, PyradiomicsSettings] = Field(
        default_factory=_original,
        description="Image type -> the settings that hold for it.",
    )
    feature_class: dict[FeatureClass, tuple[str, ...] | None] = Field(
        default_factory=lambda: dict.fromkeys(FEATURE_CLASSES),
        description="Class -> names of its features; null is all that are not deprecated.",
    )

    @model_validator(mode="after")
    def _says_something(self) -> PyradiomicsSpec:
        if not self.image_type or not self.feature_class:
            raise ValueError("an image type and a feature class are needed.")
        if "LoG" in self.image_type and not self.image_type["LoG"].sigma:
            raise ValueError("imageType LoG gives an image for each sigma in mm, and none is given.")
        return self

    @model_validator(mode="after")
    def _prepares_once(self) -> PyradiomicsSpec:
        for image_type, own in self.image_type.items():
            for name, field in PyradiomicsSettings.model_fields.items():
                given = name in _OF_ALL_IMAGES & own.model_fields_set
                if given and getattr(own, name) != getattr(self.setting, name):
                    raise ValueError(
                        f"imageType {image_type}: {field.alias} holds for all image types; give it in setting."
                    )
        return self
