"""Readings and responses to CDISC's TU, TR and RS; what these have no place for is told."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from oncometry.core import (
    Code,
    Compartment,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Notice,
    Quantity,
)
from oncometry.io.files import WrittenFile, write_bytes
from oncometry.io.lesions.result import ReportedResponse
from oncometry.io.spreadsheet import inert

__all__ = ["CdiscStudy", "cdisc_losses", "write_cdisc"]

TESTS: Mapping[Quantity, tuple[str, str, str]] = {
    Quantity.LONGEST_DIAMETER_MM: ("LDIAM", "Longest Diameter", "mm"),
    Quantity.SHORT_AXIS_MM: ("LPERP", "Longest Perpendicular", "mm"),
    Quantity.PRODUCT_MM2: ("PRODUCT", "Product of Diameters", "mm2"),
    Quantity.VOLUME_ML: ("VOLUME", "Volume", "mL"),
    Quantity.SUL_PEAK: ("SULPEAK", "SULpeak", "SUL"),
    Quantity.TOTAL_LESION_GLYCOLYSIS_ML: ("TLG", "Total Lesion Glycolysis", "mL"),
}
STATES: Mapping[NonTargetState, str] = {
    NonTargetState.ABSENT: "ABSENT",
    NonTargetState.PRESENT: "PRESENT",
    NonTargetState.PROGRESSION: "UNEQUIVOCAL PROGRESSION",
}
RESPONSES = {
    "OVRLRESP": "Overall Response", "TRGRESP": "Target Response", "NTRGRESP": "Non-target Response",
    "NEWLIND": "New Lesion Indicator", "BESTRESP": "Best Response",
}  # fmt: skip
INVESTIGATOR = "INVESTIGATOR"
TU_COLUMNS = (
    "DOMAIN", "STUDYID", "USUBJID", "TUSEQ", "TUGRPID", "TULNKID", "TUTESTCD", "TUTEST", "TUORRES", "TUSTRESC",
    "TULOC", "TUEVAL", "TUEVALID", "TUACPTFL", "VISITNUM", "VISIT", "TUDTC", "TUDY",
)  # fmt: skip
TR_COLUMNS = (
    "DOMAIN", "STUDYID", "USUBJID", "TRSEQ", "TRGRPID", "TRLNKID", "TRTESTCD", "TRTEST", "TRORRES", "TRORRESU",
    "TRSTRESC", "TRSTRESN", "TRSTRESU", "TRSTAT", "TRREASND", "TREVAL", "TREVALID", "TRACPTFL", "VISITNUM", "VISIT",
    "TRDTC", "TRDY",
)  # fmt: skip
RS_COLUMNS = (
    "DOMAIN", "STUDYID", "USUBJID", "RSSEQ", "RSTESTCD", "RSTEST", "RSCAT", "RSORRES", "RSSTRESC", "RSEVAL", "RSEVALID",
    "RSACPTFL", "VISITNUM", "VISIT", "RSDTC", "RSDY",
)  # fmt: skip
Cells = dict[str, object]
TOO_SMALL = "TOO SMALL TO MEASURE"


@dataclass(frozen=True)
class CdiscStudy:
    """What the tables need beside readings.

    Attributes:
        study_id: STUDYID.
        first_dates: patient -> the date of day 0; without one only the study day is written (--DY), day 0 as 1.
    """

    study_id: str
    first_dates: Mapping[str, date]


def write_cdisc(
    folder: Path, readings: Sequence[LesionReading], responses: Sequence[ReportedResponse], study: CdiscStudy
) -> tuple[dict[str, WrittenFile], tuple[Notice, ...]]:
    """Write tu.csv, tr.csv and rs.csv.

    Returns:
        The files by name, and what was lost.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    tables = {
        "tu.csv": (TU_COLUMNS, _tu(readings, study)),
        "tr.csv": (TR_COLUMNS, _tr(readings, study)),
        "rs.csv": (RS_COLUMNS, _rs(responses, study)),
    }
    written = {
        name: write_bytes(folder / name, _csv(columns, rows)) for name, (columns, rows) in tables.items()
    }
    return written, cdisc_losses(readings)


def cdisc_losses(readings: Iterable[LesionReading]) -> tuple[Notice, ...]:
    """What of these readings the tables have no place for, each kind counted."""
    lost: Counter[str] = Counter()
    for reading in readings:
        lost["standard errors"] += bool(reading.standard_errors)
        lost["DICOM tracking UIDs"] += reading.tracking_uid is not None
        lost["slice thicknesses"] += reading.slice_thickness_mm is not None
        lost["compartments: a part is another lesion, as 'L1 (enhancing)'"] += (
            reading.compartment is not Compartment.WHOLE
        )
        lost["reasons of lesions that are absent or measured"] += bool(reading.reason) and reading.status in (
            LesionStatus.ABSENT,
            LesionStatus.MEASURED,
        )
    return tuple(
        Notice(Code.VALUE_MISSING, f"CDISC has no place for {kind} ({count} readings).")
        for kind, count in lost.items()
        if count
    )


def _tu(readings: Sequence[LesionReading], study: CdiscStudy) -> list[Cells]:
    """One row a lesion and reader, of the visit where it is first read; one for each visit where it is merged."""
    rows: list[Cells] = []
    known: set[tuple[str, str, str]] = set()
    for reading in sorted(readings, key=_when):
        key = (reading.patient_id, reading.reader, _name(reading))
        split = reading.part_of is not None
        if key not in known:
            test = ("TUSPLIT", "Tumor Split") if split else ("TUMIDENT", "Tumor Identification")
            rows.append(_identification(reading, study, len(rows) + 1, *test, reading.part_of))
        if reading.merged_into is not None:
            merge = ("TUMERGE", "Tumor Merged", reading.merged_into)
            rows.append(_identification(reading, study, len(rows) + 1, *merge))
        known.add(key)
    return rows


def _identification(
    reading: LesionReading, study: CdiscStudy, sequence: int, test: str, word: str, group: str | None
) -> Cells:
    role = "" if reading.role is None else reading.role.upper()
    return {
        **_common("TU", reading, study, sequence),
        "TULNKID": _name(reading),
        "TUGRPID": group or "",
        "TUTESTCD": test,
        "TUTEST": word,
        "TUORRES": role,
        "TUSTRESC": role,
        "TULOC": reading.organ or ("LYMPH NODE" if reading.is_node else ""),
    }


def _tr(readings: Sequence[LesionReading], study: CdiscStudy) -> list[Cells]:
    rows: list[Cells] = []
    for reading in sorted(readings, key=_when):
        group = "" if reading.role is None else reading.role.upper()
        for cells in _results(reading):
            common = _common("TR", reading, study, len(rows) + 1)
            rows.append({**common, "TRGRPID": group, "TRLNKID": _name(reading), **cells})
    return rows


def _results(reading: LesionReading) -> list[Cells]:
    """The tests of a reading: its sizes, its state, or why it has none."""
    if reading.merged_into is not None:
        return []
    sizes = [_size(*TESTS[quantity], value) for quantity, value in sorted(reading.values.items())]
    if reading.status is LesionStatus.NOT_EVALUABLE or reading.status is LesionStatus.NOT_IMAGED:
        test = _first_test(reading)
        return [{**test, "TRSTAT": "NOT DONE", "TRREASND": reading.reason or str(reading.status)}]
    if reading.status is LesionStatus.TOO_SMALL:
        if not sizes:
            return [{**_first_test(reading), "TRORRES": TOO_SMALL, "TRSTRESC": TOO_SMALL}]
        sizes = [
            {**size, "TRORRES": TOO_SMALL, "TRORRESU": ""} for size in sizes
        ]  # what it counts as is a result
    if reading.state is not None:
        said = STATES[reading.state]
        sizes.append({"TRTESTCD": "TUMSTATE", "TRTEST": "Tumor State", "TRORRES": said, "TRSTRESC": said})
    elif reading.status is LesionStatus.ABSENT:
        quantity = Quantity.SHORT_AXIS_MM if reading.is_node else Quantity.LONGEST_DIAMETER_MM
        sizes.append(_size(*TESTS[quantity], 0.0))
    return sizes


def _first_test(reading: LesionReading) -> Cells:
    if reading.role is LesionRole.NON_TARGET:
        return {"TRTESTCD": "TUMSTATE", "TRTEST": "Tumor State"}
    code, name, _ = TESTS[Quantity.SHORT_AXIS_MM if reading.is_node else Quantity.LONGEST_DIAMETER_MM]
    return {"TRTESTCD": code, "TRTEST": name}


def _size(code: str, name: str, unit: str, value: float) -> Cells:
    text = repr(value).removesuffix(".0")
    return {
        "TRTESTCD": code, "TRTEST": name, "TRORRES": text, "TRORRESU": unit,
        "TRSTRESC": text, "TRSTRESN": text, "TRSTRESU": unit,
    }  # fmt: skip


def _rs(responses: Sequence[ReportedResponse], study: CdiscStudy) -> list[Cells]:
    return [
        {
            **_common("RS", response, study, at),
            "RSTESTCD": response.test,
            "RSTEST": RESPONSES.get(response.test, response.test),
            "RSCAT": response.criteria,
            "RSORRES": response.category,
            "RSSTRESC": response.category,
        }
        for at, response in enumerate(responses, start=1)
    ]


def _common(domain: str, of: LesionReading | ReportedResponse, study: CdiscStudy, sequence: int) -> Cells:
    """Patient, reader and visit; a reader that is no investigator is an independent one."""
    first = study.first_dates.get(of.patient_id)
    by_investigator = of.reader in ("", INVESTIGATOR)
    return {
        "DOMAIN": domain,
        "STUDYID": study.study_id,
        "USUBJID": of.patient_id,
        f"{domain}SEQ": sequence,
        f"{domain}EVAL": of.reader if by_investigator else "INDEPENDENT ASSESSOR",
        f"{domain}EVALID": "" if by_investigator else of.reader,
        f"{domain}ACPTFL": {True: "Y", False: "N", None: ""}[of.accepted],
        "VISITNUM": "" if of.visit_number is None else f"{of.visit_number:g}",
        "VISIT": of.timepoint,
        f"{domain}DTC": ""
        if first is None or of.day is None
        else (first + timedelta(days=of.day)).isoformat(),
        f"{domain}DY": "" if of.day is None else of.day + (of.day >= 0),
    }


def _name(reading: LesionReading) -> str:
    whole = reading.compartment is Compartment.WHOLE
    return reading.lesion if whole else f"{reading.lesion} ({reading.compartment})"


def _when(reading: LesionReading) -> tuple[str, str, str, float, float, str]:
    number = float("inf") if reading.visit_number is None else reading.visit_number
    day = float("inf") if reading.day is None else float(reading.day)
    return (reading.patient_id, reading.reader, _name(reading), day, number, reading.timepoint)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows({name: inert(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8")
