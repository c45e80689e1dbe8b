"""Classification: physics first, text second, a user's map before both."""

from __future__ import annotations

import pytest

from oncometry.core import Contrast, Modality
from oncometry.io.classify import classify
from oncometry.io.clues import Clues

C = Contrast
SE, GR = frozenset({"SE"}), frozenset({"GR"})


@pytest.mark.parametrize(
    ("clues", "expected"),
    [
        ({"repetition_time_ms": 550, "echo_time_ms": 14, "sequence": SE}, C.T1),
        ({"repetition_time_ms": 550, "echo_time_ms": 14, "sequence": SE, "agent": "Gadavist"}, C.T1C),
        ({"repetition_time_ms": 4000, "echo_time_ms": 95, "sequence": SE}, C.T2),
        (
            {"repetition_time_ms": 9000, "echo_time_ms": 120, "inversion_time_ms": 2500, "sequence": SE},
            C.FLAIR,
        ),
        ({"repetition_time_ms": 2800, "echo_time_ms": 20, "sequence": SE}, C.PD),
        ({"repetition_time_ms": 2000, "echo_time_ms": 3, "inversion_time_ms": 900, "sequence": GR}, C.T1),
        ({"repetition_time_ms": 8, "echo_time_ms": 3, "flip_angle_deg": 12, "sequence": GR}, C.T1),
        ({"repetition_time_ms": 600, "echo_time_ms": 20, "flip_angle_deg": 20, "sequence": GR}, C.T2STAR),
        ({"b_value_s_per_mm2": 1000}, C.DWI),
        ({"image_type": "DERIVED\\PRIMARY\\ADC", "b_value_s_per_mm2": 1000}, C.ADC),
        ({"modality": Modality.PT}, C.PET),
        ({"modality": Modality.CT}, C.CT),
        ({"modality": Modality.CT, "agent": "ISOVUE"}, C.CT_CONTRAST),
        ({}, C.UNKNOWN),
    ],
)
def test_physics(clues: dict[str, object], expected: Contrast) -> None:
    found = classify(Clues(**{"modality": Modality.MR, **clues}))  # type: ignore[arg-type]
    assert found.contrast is expected
    assert found.evidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T1_AX_POST_GAD", C.T1C),
        ("ax t1 +C", C.T1C),
        ("T1 pre contrast", C.T1),
        ("t1_mprage_sag", C.T1),
        ("BraTS20_001_t1ce", C.T1C),
        ("t2_tse_tra", C.T2),
        ("t2_flair_sag", C.FLAIR),
        ("t2_tirm_dark-fluid", C.FLAIR),
        ("t2star_gre", C.T2STAR),
        ("ep2d_diff_ADC", C.ADC),
        ("DTI 64 dir", C.DWI),
        ("dsc_perfusion", C.PERFUSION),
        ("survey", C.UNKNOWN),
        ("at10m", C.UNKNOWN),
    ],
)
def test_text(text: str, expected: Contrast) -> None:
    assert classify(Clues(modality=Modality.MR, texts=(text,))).contrast is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CT HEAD W/O CONTRAST", C.CT),
        ("CT HEAD W/O", C.CT),
        ("CT without IV contrast", C.CT),
        ("HEAD WO CONTRAST", C.CT),
        ("RECON 2: NON-CON", C.CT),
        ("Unenhanced", C.CT),
        ("CT C-", C.CT),
        ("Thorax with arms up", C.CT),
        ("Post-op CT", C.CT),
        ("CT post RT planning", C.CT),
        ("C-SPINE", C.CT),
        ("CT w/ contrast", C.CT_CONTRAST),
        ("CT CHEST W CONTRAST", C.CT_CONTRAST),
        ("CT C+", C.CT_CONTRAST),
        ("THORAX +C", C.CT_CONTRAST),
        ("Abdomen portal venous", C.CT_CONTRAST),
        ("Thorax post", C.CT_CONTRAST),
    ],
)
def test_words_for_contrast_in_ct(text: str, expected: Contrast) -> None:
    assert classify(Clues(modality=Modality.CT, texts=(text,))).contrast is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AX T1 W/O GAD", C.T1),
        ("AX T1 W/O CONTRAST", C.T1),
        ("AX T1 -C", C.T1),
        ("AX T1 WITH FS", C.T1),
        ("T1 MPRAGE with MPR", C.T1),
        ("T1 SE post op", C.T1),
        ("AX T1 post-op day 2", C.T1),
        ("T1 pre", C.T1),
        ("SAG T1 FLAIR", C.T1),
        ("T1 post", C.T1C),
        ("AX T1 FS POST", C.T1C),
        ("T1 POST SAG", C.T1C),
        ("t1_se_tra_km", C.T1C),
        ("AX T1 w/ GAD", C.T1C),
        ("T1 POST GAD without FS", C.T1C),
        ("T1W post-contrast", C.T1C),
    ],
)
def test_words_for_contrast_in_t1(text: str, expected: Contrast) -> None:
    clues = Clues(Modality.MR, repetition_time_ms=600, echo_time_ms=10, sequence=SE, texts=(text,))
    assert classify(clues).contrast is expected


@pytest.mark.parametrize(
    ("text", "clues", "expected"),
    [
        ("AX T2 FLAIR", {"repetition_time_ms": 9000, "echo_time_ms": 120, "sequence": SE | {"IR"}}, C.FLAIR),
        (
            "3D FLAIR",
            {"repetition_time_ms": 4800, "echo_time_ms": 120, "inversion_time_ms": 1450, "sequence": SE},
            C.FLAIR,
        ),
        ("SAG T1 FLAIR", {"repetition_time_ms": 2200, "echo_time_ms": 20, "sequence": SE | {"IR"}}, C.T1),
        ("COR STIR", {"repetition_time_ms": 4000, "echo_time_ms": 70, "sequence": SE | {"IR"}}, C.UNKNOWN),
        ("ep2d_perf", {"repetition_time_ms": 1500, "echo_time_ms": 30, "sequence": GR | {"EP"}}, C.PERFUSION),
        (
            "DCE",
            {"repetition_time_ms": 5, "echo_time_ms": 2, "flip_angle_deg": 15, "sequence": GR},
            C.PERFUSION,
        ),
        ("ep2d_diff", {"repetition_time_ms": 5000, "echo_time_ms": 90, "sequence": frozenset({"EP"})}, C.DWI),
        (
            "FLAIR",
            {"repetition_time_ms": 5000, "echo_time_ms": 90, "inversion_time_ms": 150, "sequence": SE},
            C.T2,
        ),
        ("FLAIR", {"repetition_time_ms": 500, "echo_time_ms": 10, "sequence": SE}, C.T1),
    ],
)
def test_words_tell_what_no_parameter_excludes(
    text: str, clues: dict[str, object], expected: Contrast
) -> None:
    found = classify(Clues(Modality.MR, texts=(text,), **clues))  # type: ignore[arg-type]
    assert found.contrast is expected


@pytest.mark.parametrize(
    ("channel", "expected"),
    [("t1n", C.T1), ("t1c", C.T1C), ("t2w", C.T2), ("t2f", C.FLAIR), ("t1ce", C.T1C), ("T1w ce", C.T1C)],
)
def test_layout_names(channel: str, expected: Contrast) -> None:
    assert classify(Clues(channel=channel)).contrast is expected


def test_contradiction_lowers_the_confidence_and_is_said() -> None:
    physics = {"repetition_time_ms": 4000.0, "echo_time_ms": 95.0, "sequence": SE}
    agreed = classify(Clues(Modality.MR, texts=("t2 tse",), **physics))  # type: ignore[arg-type]
    alone = classify(Clues(Modality.MR, **physics))  # type: ignore[arg-type]
    against = classify(Clues(Modality.MR, texts=("t1 se",), **physics))  # type: ignore[arg-type]
    assert agreed.contrast is alone.contrast is against.contrast is C.T2
    assert agreed.confidence > alone.confidence > against.confidence
    assert "against" in against.evidence


def test_a_users_map_wins() -> None:
    found = classify(Clues(Modality.CT, texts=("liver",), user_map={"^LIV": C.CT_CONTRAST}))
    assert (found.contrast, found.confidence) == (C.CT_CONTRAST, 1.0)
    assert found.evidence.startswith("user map")
