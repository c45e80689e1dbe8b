"""The patients of Laleh 2022, where they are at hand: what docs/growth.md says holds, on fewer laws and two folds."""

from __future__ import annotations

import ast
import csv
import os
from pathlib import Path

import numpy as np
import pytest

from oncometry.prediction.growth import (
    fit_each,
    fit_population,
    forecast,
    forecast_fit,
    law_named,
    posterior,
    reference_population,
    size_series,
)

TABLE = (
    Path(os.environ.get("ONCOMETRY_DATA", "/nowhere")) / "tables" / "laleh_tumor_growth" / "patient_data.csv"
)
LAWS = ("exponential", "gompertz", "classical-bertalanffy")

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        "ONCOMETRY_DATA" not in os.environ, reason="ONCOMETRY_DATA does not name the data folder"
    ),
]


@pytest.fixture(scope="module")
def patients():
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        size_series(
            r["Pt_hashID"], "", ast.literal_eval(r["T_days"]), ast.literal_eval(r["Lesion_diam"]), "mm"
        )
        for r in rows
    ]


def test_pooling_beats_every_law_alone_on_the_last_reading(patients):
    alone, pooled = {name: [] for name in LAWS}, []
    for fold in range(2):
        taught = fit_population(patients[1 - fold :: 2], law_named("gompertz"))
        whole = [s for s in patients[fold::2] if len(s.days) >= 4]
        past = [s.until(len(s.days) - 1) for s in whole]
        said = forecast(posterior(taught, past), [s.days[-1:] for s in whole])
        pooled += [abs(f.sizes[0] - s.sizes[-1]) for f, s in zip(said, whole, strict=True)]
        for name, missed in alone.items():
            fits = fit_each(past, law_named(name))
            missed += [
                abs(forecast_fit(f, s.days[-1]).sizes[0] - s.sizes[-1])
                for f, s in zip(fits, whole, strict=True)
            ]
    errors = {name: np.mean(missed) for name, missed in alone.items()}
    assert errors["gompertz"] < errors["exponential"]
    assert errors["classical-bertalanffy"] < errors["exponential"]
    assert np.mean(pooled) < 0.95 * min(errors.values())


def test_the_reference_is_learned_from_them(patients):
    reference = reference_population()
    again = fit_population(patients, law_named(reference.law))
    np.testing.assert_allclose(again.prior.mean, reference.prior.mean, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(again.prior.covariance, reference.prior.covariance, rtol=0.02, atol=1e-2)
    assert again.prior.scatter.wander == pytest.approx(reference.prior.scatter.wander, rel=0.01)
