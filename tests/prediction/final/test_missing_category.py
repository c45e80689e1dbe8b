"""A stored model takes a cell without a category as training did: one of its own, or the most frequent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.prediction.final.made_models import Inline, declared, validated_of
from tests.prediction.made_tables import made_sheet

from oncometry.pipeline.experiment.final import Judged, final_models
from oncometry.pipeline.experiment.material import made_material
from oncometry.pipeline.experiment.sources import Sources
from oncometry.prediction.final.new_rows import new_rows
from oncometry.prediction.table import NO_CATEGORY


@pytest.mark.parametrize("every", [4, 45])
def test_rows_of_training_are_told_what_training_told(every: int) -> None:
    sheet = made_sheet(patients=90)
    stage = np.array(["I", "II", "III"] * 30, dtype=object)
    stage[::every] = None
    sheet = replace(sheet, columns={**sheet.columns, "stage": stage})
    features = [
        {"block": "clinical", "columns": ["age", "stage"]},
        {"block": "radiomics", "columns": "texture_*"},
    ]
    made = made_material(declared("binary", features=features), Sources(sheet))
    table = made.material.table
    assert (f"stage={NO_CATEGORY}" in table.names) == (every == 4)
    judged = Judged("0" * 64, (), validated_of(made), (), ())
    model = final_models(made, judged, Inline()).models[0]  # type: ignore[arg-type]
    rows = new_rows(sheet, model.card, model.experiment)
    places = [table.names.index(c.name) for c in model.card.columns]
    np.testing.assert_array_equal(rows.values, table.values[:, places])
    assert not any(rows.strange)
    stages = [c for c in model.card.columns if c.source == "stage"]
    assert stages
    assert all((NO_CATEGORY in c.levels) == (every == 4) for c in stages)


def test_where_no_lesion_of_anybody_is_gone_nobodys_is() -> None:
    """A cohort has a column of the vanished only where one vanished: its absence is no gap."""
    sheet = made_sheet(patients=90)
    gone = "radiomics.T1c.whole.vanished@2"
    cells = np.where(np.arange(90) % 7 == 0, 1.0, 0.0)
    trained = replace(sheet, columns={**sheet.columns, gone: cells})
    features = [
        {"block": "clinical", "columns": ["age"]},
        {"block": "radiomics", "columns": ["texture_*", gone]},
    ]
    made = made_material(declared("binary", features=features), Sources(trained))
    models = final_models(made, Judged("0" * 64, (), validated_of(made), (), ()), Inline()).models  # type: ignore[arg-type]
    model = max(models, key=lambda one: len(one.card.columns))
    (place,) = [i for i, c in enumerate(model.card.columns) if c.source == gone]
    rows = new_rows(sheet, model.card, model.experiment)
    assert rows.absent == ()
    assert (rows.values[:, place] == 0).all()
