"""Image -> Image, one transform a file, each step recorded; and two images -> one space."""

from oncometry.preprocessing.bias import correct_bias
from oncometry.preprocessing.compose import composed, preprocess, preprocess_segmentation, target_grid
from oncometry.preprocessing.crop_pad import crop_pad
from oncometry.preprocessing.deform import deform
from oncometry.preprocessing.deformation import Deformation
from oncometry.preprocessing.deviations import BRAIN_DEVIATIONS, HEAD_DEVIATIONS
from oncometry.preprocessing.foreground import foreground
from oncometry.preprocessing.head_field import head_field_center
from oncometry.preprocessing.normalize import normalize
from oncometry.preprocessing.orient import orient
from oncometry.preprocessing.reference import choose_reference
from oncometry.preprocessing.register import register, rotation_deg
from oncometry.preprocessing.resample import resample, resample_segmentation
from oncometry.preprocessing.result import AppliedStep, Preprocessed, Registration
from oncometry.preprocessing.settings import PreprocessingSettings

__all__ = [
    "BRAIN_DEVIATIONS",
    "HEAD_DEVIATIONS",
    "AppliedStep",
    "Deformation",
    "Preprocessed",
    "PreprocessingSettings",
    "Registration",
    "choose_reference",
    "composed",
    "correct_bias",
    "crop_pad",
    "deform",
    "foreground",
    "head_field_center",
    "normalize",
    "orient",
    "preprocess",
    "preprocess_segmentation",
    "register",
    "resample",
    "resample_segmentation",
    "rotation_deg",
    "target_grid",
]
