"""Deep features go where the radiomics go: in the store, by region, under a spec that names the network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.pipeline.conftest import QUICK, run_inline
from tests.pipeline.test_segment import GRID, write_case
from tests.segmentation.made_network import ARCHITECTURE, head, random_weights, threshold_weights, written

from oncometry import Cohort
from oncometry.core import NothingFoundError, UnsupportedError
from oncometry.pipeline import Settings
from oncometry.segmentation.card import NetworkCard

pytestmark = pytest.mark.one_engine

PATIENT = "BraTS-GLI-00001"


def asking(segments: Path, deep: Path | str | None) -> Settings:
    return QUICK.changed(
        {
            "segmentation": {"when": "missing", "network": str(segments / "made.json"), "brain": None},
            "features": {"profile": "none", "deep": None if deep is None else str(deep)},
        }
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deep")
    for name in ("finds", "encodes"):
        (folder / name).mkdir()
    written(folder / "finds", threshold_weights())
    write_case(folder / "scans", f"{PATIENT}-000", head(GRID))
    return folder


@pytest.fixture(scope="module")
def card(place: Path) -> NetworkCard:
    return written(place / "encodes", random_weights(ARCHITECTURE), name="encoder")


def test_values_of_every_region_are_in_the_store(place: Path, card: NetworkCard) -> None:
    cohort = place / "cohort"
    run_inline(place / "scans", cohort, settings=asking(place / "finds", place / "encodes" / "encoder.json"))
    with Cohort.open(cohort) as opened:
        table = opened.table("features")
    deep = table[table["family"] == "deep"]
    assert set(deep["compartment"]) >= {"whole", "enhancing"}
    whole = deep[deep["compartment"] == "whole"]
    assert len(whole) == sum(ARCHITECTURE.channels)
    assert np.isfinite(whole["value"]).all()
    assert set(whole["tag"].str.split("_").str[1]) == {card.sha256[:8]}


def test_a_network_that_is_not_there_stops_the_run_before_it_begins(place: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError):
        run_inline(
            place / "scans", tmp_path / "cohort", settings=asking(place / "finds", tmp_path / "none.json")
        )
    assert not (tmp_path / "cohort").exists()


def test_a_network_of_another_make_stops_it_too(place: Path, card: NetworkCard, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(card.model_copy(update={"architecture": None}).model_dump_json())
    with pytest.raises(UnsupportedError, match="another make"):
        run_inline(
            place / "scans", tmp_path / "new", settings=asking(place / "finds", tmp_path / "other.json")
        )
    assert not (tmp_path / "new").exists()
