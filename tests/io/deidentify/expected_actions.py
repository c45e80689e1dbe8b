"""What becomes of well-known attributes, read by hand in PS3.15 Table E.1-1: not computed from our copy of it."""

from __future__ import annotations

import datetime
from pathlib import Path

from pydicom.dataset import Dataset

from oncometry.io.deidentify import DeidentifySettings, Key
from oncometry.io.deidentify.file import clean_file

from .answer_key import base, save

TABLE = """
InstanceCreationDate 20200228 other moved
InstanceCreatorUID 1.3.999.3.1 uid uid
StudyDate 20200228 empty moved
SeriesDate 20200228 other moved
AcquisitionDate 20200228 empty moved
ContentDate 20200228 other moved
AcquisitionDateTime 20200228120000 other moved
StudyTime 120000 empty kept
SeriesTime 120000 other kept
AccessionNumber ZQ1 empty empty
InstitutionName ZQ2 other kept
InstitutionAddress ZQ3 gone kept
ReferringPhysicianName ZQ4 empty empty
ReferringPhysicianAddress ZQ5 gone gone
StationName ZQ6 other kept
StudyDescription chest_of_ZQ7 gone chest_of
SeriesDescription chest_of_ZQ8 gone chest_of
InstitutionalDepartmentName ZQ9 gone kept
PhysiciansOfRecord ZQ10 gone gone
PerformingPhysicianName ZQ11 gone gone
OperatorsName ZQ12 other other
AdmittingDiagnosesDescription glioma_of_ZQ13 gone glioma_of
DerivationDescription mip_of_ZQ14 gone mip_of
IssuerOfPatientID ZQ15 gone gone
PatientBirthDate 19440404 empty empty
PatientBirthTime 120000 gone gone
PatientSex F empty kept
OtherPatientIDs ZQ16 gone gone
OtherPatientNames ZQ17 gone gone
PatientAge 095Y gone 090Y
PatientSize 1.7 gone kept
PatientWeight 70 gone kept
PatientAddress ZQ18 gone gone
PatientMotherBirthName ZQ19 gone gone
MedicalRecordLocator ZQ20 gone gone
PatientTelephoneNumbers ZQ21 gone gone
EthnicGroup ZQ22 gone kept
Occupation ZQ23 gone gone
AdditionalPatientHistory ZQ24 gone gone
PatientComments ZQ25 gone gone
ContrastBolusAgent gadovist_by_ZQ26 other gadovist
DeviceSerialNumber ZQ27 other kept
DeviceUID 1.3.999.3.2 uid uid
ProtocolName brain_of_ZQ28 other brain_of
AcquisitionDeviceProcessingDescription ZQ29 other gone
StudyID ZQ30 empty empty
FrameOfReferenceUID 1.3.999.3.3 uid uid
SynchronizationFrameOfReferenceUID 1.3.999.3.4 uid uid
ImageComments ZQ31 gone gone
RequestedProcedureDescription head_of_ZQ32 empty head_of
AdmissionID ZQ33 gone gone
PatientState ZQ34 gone gone
ScheduledPerformingPhysicianName ZQ35 gone gone
PerformedLocation ZQ36 gone gone
PerformedProcedureStepStartDate 20200228 gone moved
PerformedProcedureStepID ZQ37 gone gone
PerformedProcedureStepDescription neck_of_ZQ38 gone neck_of
CommentsOnThePerformedProcedureStep ZQ39 gone gone
VerifyingObserverName ZQ40 other other
PersonName ZQ41 other other
StorageMediaFileSetUID 1.3.999.3.5 uid uid
StructureSetLabel tumor_of_ZQ42 other tumor_of
StructureSetDate 20200228 empty moved
ROIName tumor_of_ZQ43 empty tumor_of
ROIInterpreter ZQ44 empty empty
TransactionUID 1.3.999.3.6 uid uid
ClinicalTrialSponsorName ZQ45 other other
ClinicalTrialProtocolID ZQ46 other other
ClinicalTrialProtocolName ZQ47 empty empty
ClinicalTrialSiteID ZQ48 empty kept
ClinicalTrialSubjectID ZQ49 other other
Manufacturer Siemens kept kept
ManufacturerModelName Prisma kept kept
SoftwareVersions VE11C kept kept
BodyPartExamined BRAIN kept kept
SliceThickness 5 kept kept
RepetitionTime 2000 kept kept
SequenceName tfl3d1 kept kept
MagneticFieldStrength 3 kept kept
RetrieveURL http://zq/1 gone gone
TextValue ZQ50 gone gone
"""
"""Keyword, value, what becomes of it in the basic profile, and with every option; spaces of values are '_'."""
ROWS = tuple(tuple(line.split()) for line in TABLE.split("\n") if line)


def wrong_actions(folder: Path, key: Key, settings: DeidentifySettings) -> list[str]:
    """Those of the table that were not done, at the top and within a sequence that the standard does not list."""
    dataset, item = base(), Dataset()
    for place in (dataset, item):
        for keyword, value, _, _ in ROWS:
            setattr(place, keyword, value.replace("_", " "))
    dataset.SharedFunctionalGroupsSequence = [item]
    found = clean_file(save(dataset, folder / "rows.dcm"), key, settings).dataset
    every = bool(settings.options)
    return [
        f"{keyword}: {wanted}"
        for place in (found, found.SharedFunctionalGroupsSequence[0])
        for keyword, value, basic, all_options in ROWS
        for wanted in [all_options if every else basic]
        if not _done(place, keyword, value.replace("_", " "), wanted, key)
    ]


def _done(dataset: Dataset, keyword: str, value: str, wanted: str, key: Key) -> bool:
    there = keyword in dataset and dataset[keyword].value not in ("", None)
    text = str(dataset.get(keyword, ""))
    if wanted in ("gone", "empty"):
        return not there and (wanted == "gone" or keyword in dataset)
    if wanted == "moved":
        return there and text == _moved(value, key)
    known = {"kept": text in (value, f"{value}.0"), "uid": text == key.uid(value), "other": text != value}
    return there and known.get(wanted, text == wanted.replace("_", " "))


def _moved(value: str, key: Key) -> str:
    day = datetime.datetime.strptime(value[:8], "%Y%m%d").date() + datetime.timedelta(key.day_shift("ZQIDXK"))
    return f"{day:%Y%m%d}{value[8:]}"
