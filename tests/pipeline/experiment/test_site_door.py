"""A policy for sites that could only fail is refused before anything is computed, with what to declare instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.prediction.final.made_models import declared
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, SettingsError
from oncometry.pipeline.experiment.material import made_material
from oncometry.pipeline.experiment.sources import Sources
from oncometry.prediction.divided import divided, not_held_out
from oncometry.prediction.ledger import FitLedger, Scope
from oncometry.prediction.material import Material
from oncometry.prediction.nested import fold_of, judge_split

pytestmark = pytest.mark.storeless


def material(harmonize: dict[str, Any], sites: int = 3, patients: int = 90, inner_folds: int = 2) -> Material:
    asked = declared(
        "binary",
        validation={"site": "site", "inner_folds": inner_folds},
        preprocessing={"harmonize": harmonize},
    )
    return made_material(asked, Sources(made_sheet(patients=patients, sites=sites))).material


@pytest.mark.parametrize(
    ("harmonize", "code", "says"),
    [
        ({"unseen": "refuse"}, Code.SITE_UNSEEN, "unseen: pass_through"),
        ({"reference_site": "S9"}, Code.SITE_UNSEEN, "There are: S0, S1, S2"),
        ({"reference_site": "S1", "minimum_patients": 15}, Code.SITE_TOO_SMALL, "unseen: reference"),
    ],
)
def test_what_could_only_fail_is_refused(harmonize: dict[str, Any], code: Code, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        material(harmonize)
    assert caught.value.code is code
    assert says in caught.value.told


@pytest.mark.parametrize(
    "harmonize", [{"unseen": "pass_through"}, {"unseen": "reference"}, {"reference_site": "S1"}]
)
def test_what_passes_the_door_ends_no_split_late(harmonize: dict[str, Any]) -> None:
    made = material(harmonize)
    parts = divided(made)
    held = {s.held_out_site for s in parts.held_out}
    assert held == {"S0", "S1", "S2"} - {harmonize.get("reference_site")}
    for split in parts.held_out:
        assert judge_split(made, split).judged
    told = [(n.code, n.what.split(" is ")[0]) for n in not_held_out(made, parts.held_out)]
    assert told == ([(Code.SITE_UNSEEN, "site S1")] if "reference_site" in harmonize else [])


def test_refusing_is_possible_where_no_site_can_be_held_out() -> None:
    made = material({"unseen": "refuse"}, sites=2, patients=60, inner_folds=20)
    parts = divided(made)
    assert parts.held_out == ()
    (told,) = not_held_out(made, parts.held_out)
    assert "without site S0, S1 an outcome is too rare" in told.what
    fold_of(made, parts.splits[0].train, parts.splits[0].test, FitLedger(Scope(0, 0), frozenset()))
    for refused in ({"sites": 2, "inner_folds": 20, "patients": 60}, {"sites": 1}):
        with pytest.raises(SettingsError) as caught:
            material({"unseen": "refuse", "minimum_patients": 28}, **refused)
        assert caught.value.code is Code.SITE_TOO_SMALL


def test_what_is_kept_has_to_be_told_from_the_sites_in_every_part() -> None:
    sheet = made_sheet(patients=90, sites=3)
    stage = np.array(["I", "II", "III"] * 30, dtype=object)[np.random.default_rng(1).permutation(90)]
    asked = declared(
        "binary",
        validation={"site": "site"},
        preprocessing={"harmonize": {"keep": ["stage"]}},
        features=[
            {"block": "clinical", "columns": ["stage"]},
            {"block": "radiomics", "columns": "texture_*"},
        ],
    )
    made = made_material(asked, Sources(replace(sheet, columns={**sheet.columns, "stage": stage})))
    assert judge_split(made.material, divided(made.material).splits[0]).judged
    own = np.where(sheet.columns["site"] == "S1", "I", stage)
    stage = np.where((sheet.columns["site"] != "S1") & (own == "I"), "II", own).astype(object)
    with pytest.raises(SettingsError, match="in a training part of") as caught:
        made_material(asked, Sources(replace(sheet, columns={**sheet.columns, "stage": stage})))
    assert caught.value.code is Code.SITE_CONFOUNDED
