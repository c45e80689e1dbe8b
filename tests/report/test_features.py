"""Features on the pages: the heat map of the cohort and the patient's table."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from oncometry.report.feature_choice import CHOSEN
from oncometry.report.feature_map import MOST_SHOWN, feature_map, standardized
from oncometry.report.feature_section import feature_grid, stored_text
from oncometry.report.methods_facts import Facts
from oncometry.report.methods_features import feature_sentences
from oncometry.report.references import IBSI, ICC, PERTURBATION, Bibliography
from oncometry.report.tables import plain_rows

COLUMNS = ("morph_volume", "stat_mean", "cm_contrast_3D_comb")


def regions(values: list[tuple[float, float, float]], **more: object) -> pd.DataFrame:
    """A lesion a row, at one date in T1c."""
    count = len(values)
    frame = pd.DataFrame(
        {
            "patient_id": [f"P{n:03}" for n in range(count)],
            "lesion": ["L1"] * count,
            "timepoint": [1] * count,
            "mask_key": [f"m{n}" for n in range(count)],
            "mask_lesion": [1] * count,
            "compartment": ["whole"] * count,
            "series_key": [f"s{n}" for n in range(count)],
            "modality": ["MR"] * count,
            "contrast": ["T1c"] * count,
            "image_unit": ["arbitrary"] * count,
            "spec_sha256": ["ab"] * count,
        }
        | {name: [row[at] for row in values] for at, name in enumerate(COLUMNS)}
    )
    return frame.assign(**more)


FOUR = [(10.0, 100.0, 1.0), (20.0, 90.0, 2.0), (30.0, 80.0, np.nan), (40.0, 70.0, 4.0)]


def test_scores_are_of_mean_zero_and_spread_one_whatever_the_unit() -> None:
    values = np.random.default_rng(0).normal(5, 3, (4, 30))
    values[1, 3] = np.nan
    z = standardized(values)
    assert np.nanmean(z, axis=1) == pytest.approx(np.zeros(4), abs=1e-12)
    assert np.nanstd(z, axis=1) == pytest.approx(np.ones(4))
    assert standardized(values * 1e6 - 7) == pytest.approx(z, nan_ok=True)
    assert np.isnan(standardized(np.full((1, 5), 0.1))).all()


def test_like_lesions_stand_side_by_side() -> None:
    shuffled = regions([FOUR[n] for n in (2, 0, 3, 1)])
    drawn = str(feature_map(shuffled).drawing)
    row = re.findall(r"<title>(P\d+) L1, volume of the mesh \(mm³\): ([\d.]+)", drawn)
    assert [float(v) for _, v in row] in ([10, 20, 30, 40], [40, 30, 20, 10])
    assert "P000 L1, contrast of neighbors (GLCM): no value" in drawn


def test_one_kind_of_image_the_first_date_and_whole_lesions_only() -> None:
    first = regions(FOUR)
    later = regions([(99.0, 99.0, 99.0)] * 4, timepoint=2)
    part = regions([(98.0, 98.0, 98.0)] * 4, compartment="core")
    flair = regions([(97.0, 97.0, 97.0)] * 3, contrast="FLAIR")
    found = feature_map(pd.concat([later, part, flair, first], ignore_index=True))
    assert found.drawing == feature_map(first).drawing
    assert found.heading.endswith("in T1c")
    assert "4 lesions" in found.note


def test_fewer_than_three_lesions_are_not_compared() -> None:
    assert feature_map(regions(FOUR[:2])) is None
    assert feature_map(regions([])) is None
    assert feature_map(regions([FOUR[0]] * 5)) is None


def test_of_many_lesions_some_are_shown_and_the_note_says_so() -> None:
    many = regions([(float(n), 1.0 - n, n % 7) for n in range(300)])
    found = feature_map(many)
    assert "300 lesions" in found.note
    assert f"{MOST_SHOWN} of them" in found.note
    assert str(found.drawing).count("<rect") == 3 * MOST_SHOWN


def test_the_table_shows_chosen_features_and_counts_all() -> None:
    rows = plain_rows(regions(FOUR))
    grid = feature_grid(rows, "csv/x.csv", 10)
    names = {f.column: f.name for f in CHOSEN}
    assert [c.heading for c in grid.columns][-3:] == [names[c] for c in COLUMNS]
    assert grid.rows[2][-1].text == "–"
    assert stored_text(rows).startswith("11 values are stored, of 3 features in 4 regions")


def test_features_of_another_profile_are_shown_by_their_own_names() -> None:
    other = regions(FOUR).rename(
        columns=dict(zip(COLUMNS, ("original_a", "original_b", "original_c"), strict=True))
    )
    assert "original_b" in str(feature_map(other).drawing)
    assert [c.heading for c in feature_grid(plain_rows(other), "", 9).columns][-1] == "original_c"


def test_without_features_there_is_no_table() -> None:
    assert feature_grid([], "csv/x.csv", 10).rows == ()


def test_methods_say_whose_definitions_were_followed_only_where_features_were_computed() -> None:
    def said(*specs: dict[str, object]) -> tuple[list[str], list[object]]:
        steps = [{"name": "features", "status": "done", "parameters": {"spec": spec}} for spec in specs]
        papers = Bibliography()
        return feature_sentences(Facts(lambda _: steps, synthetic=False), papers), papers.references

    (sentence,), papers = said({"profile": "ibsi", "resample": None})
    assert "own grid as defined by the Image Biomarker" in sentence
    assert papers == [IBSI]
    (sentence,), papers = said({"profile": "pyradiomics", "setting": {"resampledPixelSpacing": [1, 1, 1]}})
    assert "own grid" not in sentence
    assert papers == []
    (sentence,), _ = said({"profile": "ibsi", "resample": {"spacing_mm": [1, 1, 1]}})
    assert "own grid" not in sentence
    assert said() == ([], [])


def test_the_methods_say_how_reliability_was_told() -> None:
    steps = [
        {"name": "features", "status": "done", "parameters": {"spec": {"profile": "ibsi"}}},
        {"name": "perturb", "status": "done", "parameters": {"perturbation": {"name": "ntcv"}}},
        {"name": "reliability", "status": "done", "parameters": {"icc": "ICC(1,1)"}},
    ]
    papers = Bibliography()
    sentences = feature_sentences(Facts(lambda _: steps, synthetic=False), papers)
    assert len(sentences) == 3
    assert "intraclass correlation, ICC(1,1), with its 95 % interval [2]" in sentences[1]
    assert "perturbations of image and mask [3]" in sentences[2]
    assert papers.references == [IBSI, ICC, PERTURBATION]
    assert len(feature_sentences(Facts(lambda _: steps[::2], synthetic=False), Bibliography())) == 2
