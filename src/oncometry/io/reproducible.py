"""DICOM objects that highdicom made, with the same bytes for the same content: no clock, no random UID."""

from __future__ import annotations

import pydicom
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID

from oncometry.io.dicom_tags import MaskTags, derived_uid
from oncometry.io.write_dicom import IMPLEMENTATION_UID

__all__ = ["settle"]

TIME = "130000"


def settle(made: FileDataset, tags: MaskTags) -> None:
    """Replace the time of writing by the date of the study, and random UIDs by derived ones."""
    day = tags.acquired.strftime("%Y%m%d")
    for keyword in ("ContentDate", "SeriesDate", "InstanceCreationDate"):
        setattr(made, keyword, day)
    for keyword in ("ContentTime", "SeriesTime", "InstanceCreationTime"):
        setattr(made, keyword, TIME)
    made.file_meta.ImplementationClassUID = UID(IMPLEMENTATION_UID)
    organization = UID(derived_uid(tags.sop_instance_uid, "dimension organization"))

    def settle_one(_: Dataset, element: pydicom.DataElement) -> None:
        if element.keyword == "DimensionOrganizationUID":
            element.value = organization
        elif element.keyword in ("ContributionDateTime", "ObservationDateTime"):
            element.value = f"{day}{TIME}"

    made.walk(settle_one)
