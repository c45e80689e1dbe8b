"""What a feature is: its family, and its name, identifier and unit in the standard.

Source: Zwanenburg et al., The Image Biomarker Standardisation Initiative, reference manual, arXiv 1612.07003.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Aggregation", "Family", "Feature", "places_of_ids", "table_of_names"]


class Family(StrEnum):
    """Feature families of IBSI-1, in its order."""

    MORPHOLOGY = "morphology"
    LOCAL_INTENSITY = "local_intensity"
    INTENSITY_STATISTICS = "intensity_statistics"
    INTENSITY_HISTOGRAM = "intensity_histogram"
    INTENSITY_VOLUME_HISTOGRAM = "intensity_volume_histogram"
    GLCM = "glcm"
    GLRLM = "glrlm"
    GLSZM = "glszm"
    GLDZM = "gldzm"
    NGTDM = "ngtdm"
    NGLDM = "ngldm"


class Aggregation(StrEnum):
    """How matrices of slices and directions become one value; the value is the tag's suffix.

    Directional families (GLCM, GLRLM) know all six. Of the others AVERAGED_2D is their '2D' (8QNN), MERGED_25D
    their '2_5D' (62GR) and MERGED_3D their '3D' (KOBO).
    """

    AVERAGED_2D = "2D_avg"  # BTW3: a value for each slice and direction, averaged
    SLICE_MERGED_2D = "2D_comb"  # SUJT: directions of a slice merged, slices averaged
    DIRECTION_MERGED_25D = "2_5D_avg"  # JJUI: slices of a direction merged, directions averaged
    MERGED_25D = "2_5D_comb"  # ZW7Z: all in-plane directions of all slices merged
    AVERAGED_3D = "3D_avg"  # ITBB: 13 directions, averaged
    MERGED_3D = "3D_comb"  # IAZD: 13 directions merged


@dataclass(frozen=True)
class Feature:
    """A row of a family's table.

    Attributes:
        name: IBSI's name in snake case, 'joint_entropy'.
        ibsi_id: its four characters, 'TU9B'; '' where a profile has a feature that the standard has not.
        tag: as in IBSI's tables of reference values, without the aggregation: 'cm_joint_entr'.
        unit: of the value; '{u}' stands for the image's unit: 'mm3', '1/mm', '{u}2', '1'.
    """

    name: str
    ibsi_id: str
    tag: str
    unit: str = "1"


def table_of_names(names: Mapping[str, str]) -> tuple[Feature, ...]:
    """The table of a profile whose names are its tags.

    Args:
        names: name -> identifier of the standard, '' where it has none.
    """
    return tuple(Feature(name, ibsi_id, name) for name, ibsi_id in names.items())


def places_of_ids(table: Sequence[Feature], ibsi_ids: Sequence[str]) -> list[int]:
    """Where the features of a table stand among numbers in the order of these identifiers."""
    return [ibsi_ids.index(feature.ibsi_id) for feature in table]
