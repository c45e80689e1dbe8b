"""Reliability from a table of repeated scans, and which columns are features."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.core import Code, Geometry, Image, SettingsError
from oncometry.features import extract, profile_named
from oncometry.features.feature import Family
from oncometry.features.reliability import IccKind, Source, TableColumns, intraclass_correlation, retest
from oncometry.features.reliability.known_names import feature_named

from ..perturbation.solids import segmentation_of

COLUMNS = TableColumns("who", "scan", "part")


def table(scans: int = 2, subjects: int = 6) -> list[dict[str, str]]:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(subjects, 2))
    return [
        {
            "who": f"P{s}",
            "scan": f"2004-0{scan + 1}",
            "part": part,
            "original_glcm_JointEntropy": f"{truth[s, p] + 0.1 * rng.normal():.6f}",
            "log-sigma-2-0-mm-3D_firstorder_Mean": f"{rng.normal():.6f}",
            "age": "61",
        }
        for s in range(subjects)
        for scan in range(scans)
        for p, part in enumerate(("gland", "tumor"))
    ]


def test_each_structure_is_judged_apart() -> None:
    rows = table()
    found = retest(rows, COLUMNS)
    assert [(f.group, f.feature.tag) for f in found] == [
        (part, tag)
        for part in ("gland", "tumor")
        for tag in ("original_glcm_JointEntropy", "log-sigma-2-0-mm-3D_firstorder_Mean")
    ]
    assert {f.source for f in found} == {Source.TEST_RETEST}
    values = [float(r["original_glcm_JointEntropy"]) for r in rows if r["part"] == "tumor"]
    assert found[2].icc == intraclass_correlation(np.reshape(values, (6, 2)))


def test_the_order_of_rows_does_not_matter_and_that_of_scans_is_their_name() -> None:
    rows = table(3)
    shuffled = [rows[at] for at in np.random.default_rng(1).permutation(len(rows))]
    for kind in IccKind:
        assert retest(shuffled, COLUMNS, kind) == retest(rows, COLUMNS, kind)


def test_part_of_a_column_can_name_the_subject() -> None:
    rows = [row | {"who": f"{row['who']}_{row['scan']}"} for row in table()]
    assert retest(rows, TableColumns("who", "who", "part", "^[^_]+")) == retest(table(), COLUMNS)


@pytest.mark.parametrize("cell", ["", "nan", "inf", "n/a"])
def test_a_cell_without_a_number_is_missing(cell: str) -> None:
    rows = table()
    rows[0]["original_glcm_JointEntropy"] = cell
    found = retest(rows, COLUMNS)[0].icc
    assert (found.subjects, found.missing) == (6, 1)
    assert retest(rows, COLUMNS, IccKind.AGREEMENT)[0].icc.subjects == 5


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (TableColumns("patient", "scan"), "no column 'patient'; there are .*who"),
        (TableColumns("who", "scan", "structure"), "no column 'structure'"),
        (TableColumns("who", "scan"), "row 3: subject 'P0' has a second row"),
        (TableColumns("who", "scan", "part", "^X.+"), "row 2: who 'P0' names no subject"),
        (TableColumns("who", "scan", "part", "("), "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(columns: TableColumns, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        retest(table(), columns)
    assert caught.value.code is Code.SETTINGS


@pytest.mark.parametrize("rows", [[], [{"who": "a", "scan": "1", "part": "x", "age": "61"}]])
def test_a_table_without_rows_or_features_is_refused(rows: list[dict[str, str]]) -> None:
    with pytest.raises(SettingsError, match=r"no rows|no column is a feature's"):
        retest(rows, COLUMNS)


@pytest.mark.parametrize(
    ("column", "name", "ibsi_id", "filter_"),
    [
        ("original_shape_Sphericity", "Sphericity", "QCFX", "original"),
        ("wavelet-HLH_glcm_JointEntropy", "JointEntropy", "TU9B", "wavelet-HLH"),
        ("original_glcm_Homogeneity1", "Homogeneity1", "", "original"),
        ("cm_joint_entr_3D_comb", "glcm_joint_entropy", "TU9B", "original"),
        ("log-1-mm_cm_joint_entr_2D_avg", "glcm_joint_entropy", "TU9B", "log-1-mm"),
    ],
)
def test_names_lead_to_definitions(column: str, name: str, ibsi_id: str, filter_: str) -> None:
    found = feature_named(column)
    assert found is not None
    assert (found.name, found.ibsi_id, found.filter, found.tag) == (name, ibsi_id, filter_, column)
    assert found.family in Family


@pytest.mark.parametrize(
    "column", ["age", "general_info_VoxelNum", "diagnostics_Mask-original_VoxelNum", "study"]
)
def test_other_columns_are_no_features(column: str) -> None:
    assert feature_named(column) is None


def test_every_name_of_ours_is_known() -> None:
    image = Image(np.random.default_rng(0).normal(size=(8, 8, 8)), Geometry.from_parts((8, 8, 8), (1, 1, 1)))
    inside = np.zeros((8, 8, 8), bool)
    inside[2:6, 2:6, 2:6] = True
    for profile in ("ibsi", "pyradiomics", "ibsi-c"):
        for vector in extract(image, segmentation_of(inside, image.geometry), profile_named(profile)):
            for value in vector.values:
                found = feature_named(value.tag)
                assert found is not None, value.tag
                assert (found.name, found.ibsi_id, found.family) == (value.name, value.ibsi_id, value.family)
                assert found.unit in (value.unit, "")
