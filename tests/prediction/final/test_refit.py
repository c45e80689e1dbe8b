"""Refits on patients drawn anew, and parts that are kept."""

from __future__ import annotations

import json

import numpy as np
from tests.prediction.final.made_models import made_models

from oncometry.pipeline.codec import from_json, to_json
from oncometry.pipeline.experiment.final import Refits, model_stem, stored_sets
from oncometry.prediction.final.refit import KeptFit, _drawn, final_fit, refit_on_drawn


def test_a_part_that_was_kept_is_the_same_part() -> None:
    """Killed, an experiment goes on with what is on disk."""
    made, _ = made_models("binary", None, 3)
    kept = final_fit(made.material, stored_sets(made.material)[0])
    assert from_json(KeptFit, json.loads(json.dumps(to_json(kept)))) == kept
    other = refit_on_drawn(made.material, stored_sets(made.material)[0], kept, 3)
    assert other is not None
    assert from_json(Refits, json.loads(json.dumps(to_json(Refits((kept, other)))))) == Refits((kept, other))
    again = refit_on_drawn(made.material, stored_sets(made.material)[0], kept, 3)
    assert again == other


def test_patients_are_drawn_whole_and_others_are_all_the_rest() -> None:
    made, _ = made_models("binary")
    material = made.material
    seen = set()
    for number in range(5):
        rows, others = _drawn(material, number)
        assert rows is not None
        drawn, left = set(material.table.patients[rows]), set(material.table.patients[others])
        assert not drawn & left
        assert drawn | left == set(material.table.patients)
        assert len(rows) == len(material.table.patients)
        assert set(np.unique(material.outcome.y[rows])) == {0, 1}
        seen.add(tuple(rows))
    assert len(seen) == 5


def test_the_sets_of_the_headline_are_stored() -> None:
    made, models = made_models("binary")
    assert [s.name for s in stored_sets(made.material)] == ["combined", "clinical + volume"]
    assert [m.card.name for m in models] == ["made-binary-combined", "made-binary-clinical-volume"]
    assert model_stem("x", "clinical + volume") == "x-clinical-volume"
    assert not any(c.block == "radiomics" for c in models[1].card.columns)
