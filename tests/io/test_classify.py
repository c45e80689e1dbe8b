"""Classification: physics first, text second, a user's map before both."""

from __future__ import annotations

import pytest

from oncometry.core import Contrast, Modality
from oncometry.io.classify import Clues, classify

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
    found = classify(Clues(Modality.CT, texts=("liver",), user_map={"^liv": C.CT_CONTRAST}))
    assert (found.contrast, found.confidence) == (C.CT_CONTRAST, 1.0)
    assert found.evidence.startswith("user map")
