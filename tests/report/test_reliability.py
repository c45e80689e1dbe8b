"""Reliability on the cohort's page: the shown features with intervals, all of them counted by family."""

from __future__ import annotations

from oncometry.report.reliability_section import reliability_grids, reliability_text

COLUMNS = ["patient_id", "spec_sha256", "morph_volume", "stat_mean", "cm_contrast_3D_comb"]


def row(tag: str, icc: float | None, group: str = "whole in CT", **more: object) -> dict[str, object]:
    family = {"morph": "morphology", "stat": "intensity_statistics", "cm": "glcm"}[tag.split("_")[0]]
    return {
        "family": family,
        "tag": tag,
        "filter": "original",
        "source": "perturbation",
        "group_name": group,
        "icc_kind": "ICC(1,1)",
        "icc": icc,
        "low": None if icc is None else icc - 0.1,
        "high": None if icc is None else icc + 0.05,
        "subjects": 7,
        "repeats": 4,
        "missing": 0,
        "reason": "CONSTANT" if icc is None else None,
        "data": "cohort",
    } | more


ROWS = [
    row("morph_volume", 0.9),
    row("stat_mean", 0.8),
    row("cm_contrast_3D_comb", None),
    row("morph_volume", 0.5, "core in CT"),
]


def test_the_shown_features_have_their_interval_and_are_strong_by_its_lower_end() -> None:
    chosen, counted = reliability_grids(ROWS, COLUMNS)
    cells = {line[0].text: line[1] for line in chosen.rows}
    assert cells["volume of the mesh (mm³)"].text == "0.90 (0.80 to 0.95)"
    assert cells["volume of the mesh (mm³)"].css == "strong"
    assert cells["mean"].css == ""
    assert cells["contrast of neighbors (GLCM)"].title == "CONSTANT"
    assert [c.heading for c in chosen.columns] == ["Feature", "whole in CT"]
    assert {line[0].text: line[1].text for line in counted.rows} == {
        "morphology": "1 of 1",
        "intensity statistics": "0 of 1",
        "glcm": "0 of 1",
    }
    assert "at most 7 in a group" in reliability_text(ROWS)


def test_each_analysis_stands_alone_and_without_any_there_is_nothing() -> None:
    both = [*ROWS, row("morph_volume", 0.6, "gland", source="test-retest", data="retest.csv")]
    assert len(reliability_grids(both, COLUMNS)) == 4
    assert "retest.csv" in reliability_grids(both, COLUMNS)[2].caption
    assert reliability_grids([], COLUMNS) == []
