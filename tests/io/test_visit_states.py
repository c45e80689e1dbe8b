"""The table of visits: what it says, what it leaves unsaid, and what it refuses."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from oncometry.core import ClinicalState, ClinicalStatus, Code, CorruptInputError, SurroundingChange
from oncometry.io import read_visit_states
from oncometry.io.visit_states import COLUMNS


def _written(folder: Path, text: str) -> Path:
    path = folder / "visits.csv"
    path.write_text(text)
    return path


def test_every_column_is_read(tmp_path: Path) -> None:
    cells = "p1,v1,60,-30,Stable,4.5,no,yes,13.5,no,yes,increased,no,yes"
    (read,) = read_visit_states(_written(tmp_path, f"{','.join(COLUMNS)}\n{cells}\n"))
    assert (read.patient_id, read.timepoint, read.day, read.radiotherapy_end_day) == ("p1", "v1", 60, -30)
    assert read.source == "visits.csv, row 2"
    assert read.state == ClinicalState(
        status=ClinicalStatus.STABLE,
        steroid_mg=4.5,
        steroid_replacement=False,
        antiangiogenic=True,
        weeks_since_radiotherapy=13.5,
        outside_radiation_field=False,
        histology_tumor=True,
        t2_flair=SurroundingChange.INCREASED,
        enhancement_increased=False,
        new_symptoms=True,
    )


def test_what_nobody_said_stays_unsaid(tmp_path: Path) -> None:
    read = read_visit_states(
        _written(
            tmp_path, "Day,PATIENT,steroid_mg,clinical_status,new_symptoms\n0,p1,,unknown,\n60,p1,0,NA,?\n"
        )
    )
    assert [visit.state for visit in read] == [ClinicalState(), ClinicalState(steroid_mg=0.0)]


def test_no_radiotherapy_is_said_in_words(tmp_path: Path) -> None:
    (read,) = read_visit_states(_written(tmp_path, "patient;day;weeks_since_radiotherapy\np1;0;never\n"))
    assert math.isinf(read.state.weeks_since_radiotherapy or 0)


def test_a_decimal_comma_is_read(tmp_path: Path) -> None:
    (read,) = read_visit_states(_written(tmp_path, "patient;day;steroid_mg\np1;0;1,5\n"))
    assert read.state.steroid_mg == 1.5


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("day,steroid_mg\n0,1\n", Code.COLUMN_MISSING, "no column patient"),
        ("patient,steroid_mg\np1,1\n", Code.COLUMN_MISSING, "no column timepoint or day"),
        ("patient,day,steroids\np1,0,1\n", Code.COLUMN_MISSING, "'steroids' is not known"),
        ("patient,day,Day\np1,0,1\n", Code.COLUMN_MISSING, "two columns 'day'"),
        (
            "patient,day,steroid_mg\np1,0,much\n",
            Code.CORRUPT,
            "row 2, column steroid_mg: 'much' is not a dose in mg",
        ),
        ("patient,day,steroid_mg\np1,0,-2\n", Code.CORRUPT, "'-2' is not a dose"),
        (
            "patient,day,clinical_status\np1,0,better\n",
            Code.CORRUPT,
            "'better' is not one of improved, stable",
        ),
        ("patient,day,t2_flair\np1,0,yes\n", Code.CORRUPT, "'yes' is not one of"),
        ("patient,day,antiangiogenic\np1,0,maybe\n", Code.CORRUPT, "'maybe' is not yes or no"),
        ("patient,day\np1,0.5\n", Code.CORRUPT, "'0.5' is not a whole number of days"),
        ("patient,day\n,0\n", Code.CORRUPT, "column patient: '' is not a patient"),
        ("patient,day\np1,\n", Code.CORRUPT, "column day: '' is not a patient and a visit"),
        ("patient,day,steroid_mg\np1,0,1\np1,0,2\n", Code.ROW_CONFLICTING, "row 3: the visit of row 2 again"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, code: Code, word: str) -> None:
    with pytest.raises(CorruptInputError, match=word) as caught:
        read_visit_states(_written(tmp_path, text))
    assert caught.value.code is code
