"""What a card could not say is refused before anything is fitted."""

from __future__ import annotations

import pytest
from tests.prediction.final.made_models import declared
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, SettingsError
from oncometry.pipeline.experiment.final import check_names
from oncometry.pipeline.experiment.material import made_material
from oncometry.pipeline.experiment.sources import Sources


def test_a_column_of_the_acquisition_has_to_be_there() -> None:
    made = made_material(declared("binary", envelope={"columns": "scaner"}), Sources(made_sheet()))
    with pytest.raises(SettingsError) as caught:
        check_names(made)
    assert caught.value.code is Code.COLUMN_MISSING
    assert "envelope.columns" in str(caught.value)


def test_one_that_is_there_is_held_against_later() -> None:
    made = made_material(
        declared("binary", envelope={"columns": ["site", "age"]}), Sources(made_sheet(sites=2))
    )
    check_names(made)
    assert made.sheet.patients.tolist() == made.material.table.patients.tolist()
