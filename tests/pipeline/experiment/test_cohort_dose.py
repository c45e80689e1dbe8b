"""Dose columns of rows as the tables of doses have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oncometry.core import Code, Timepoint
from oncometry.features.columns import wide_name
from oncometry.pipeline.experiment.cohort_columns import CohortColumns
from oncometry.pipeline.experiment.cohort_dose import dose_columns

pytestmark = pytest.mark.storeless


def metric(patient: str, structure: str, value: float | None, **more: Any) -> dict[str, Any]:
    row = {"patient_id": patient, "timepoint": 1, "structure": structure, "quantity": "PHYSICAL"}
    return {**row, "name": "D2%", "value": value, "unit": "Gy", **more}


@pytest.fixture
def columns() -> CohortColumns:
    visits = {p: [Timepoint(p, 1, "01", day)] for p, day in (("A", 0), ("B", 9))}
    return CohortColumns(np.array(["A", "B", "C"]), visits)


def test_metrics_by_structure_and_quantity(columns: CohortColumns) -> None:
    rows = [
        metric("A", "Parotid L", 30.5),
        metric("B", "PAROTID_L", None),
        metric("B", "PAROTID_L", 29.0, quantity="EQD2 3"),
        metric("B", "Cord", 12.0, name="V20Gy", unit="%"),
        metric("A", "Cord", 3.0, name="count", unit=""),
        metric("Z", "Cord", 99.0),
    ]
    dose_columns(columns, {"dvh_metrics": rows})
    found = {name: cells.tolist() for name, cells in columns.columns.items()}
    nan = pytest.approx(float("nan"), nan_ok=True)
    assert found == {
        "dose.parotid_l.D2%_gy": [30.5, nan, nan],
        "dose.parotid_l.eqd2_3.D2%_gy": [nan, 29.0, nan],
        "dose.cord.V20Gy_%": [nan, 12.0, nan],
        "dose.cord.count": [3.0, nan, nan],
    }
    assert columns.days["dose.parotid_l.eqd2_3.D2%_gy"] == 9
    assert columns.notices == []


def test_several_doses_that_differ_are_none(columns: CohortColumns) -> None:
    rows = [
        metric("A", "Lung", 20.0),
        metric("A", "Lung", 21.0),
        metric("B", "Lung", 5.0),
        metric("B", "Lung", 5.0),
    ]
    dose_columns(columns, {"dvh_metrics": rows})
    assert columns.columns["dose.lung.D2%_gy"].tolist()[1:2] == [5.0]
    assert np.isnan(columns.columns["dose.lung.D2%_gy"][0])
    assert [(n.code, "A" in n.what) for n in columns.notices] == [(Code.SOURCE_DIFFERS, True)]


def test_histograms_and_models(columns: CohortColumns) -> None:
    of = {"patient_id": "A", "timepoint": None, "structure": "Thyroid", "quantity": "EFFECTIVE"}
    dvhs = [{**of, "volume_cc": 18.0, "mean_gy": 40.0, "max_gy": None}]
    models = [{**of, "ntcp_set": "boomsma2012", "value": 0.4}]
    features = [
        {**of, "filter": "original", "tag": "stat_mean", "value": 39.5},
        {**of, "quantity": "PHYSICAL", "filter": "laws", "tag": "stat_mean", "value": 1.5},
    ]
    dose_columns(columns, {"dvhs": dvhs, "ntcp_values": models, "dose_features": features})
    assert {name: cells[0] for name, cells in columns.columns.items()} == {
        "dose.thyroid.volume_cc": 18.0,
        "dose.thyroid.effective.mean_gy": 40.0,
        "dose.thyroid.ntcp.boomsma2012": 0.4,
        "dose.thyroid.effective.feature.stat_mean": 39.5,
        f"dose.thyroid.feature.{wide_name('laws', 'stat_mean')}": 1.5,
    }
    assert columns.days == {}


def test_a_cohort_without_doses_has_no_columns(columns: CohortColumns) -> None:
    dose_columns(columns, {})
    assert columns.columns == {}
