"""A network's masks are never taken for a reader's, and what is doubtful comes first."""

from __future__ import annotations

from typing import Any

from oncometry.report.lesion_pictures import Gallery, Picture
from oncometry.report.methods_facts import Facts
from oncometry.report.methods_sizes import label_sentences
from oncometry.report.network_masks import network_remark, review_grid, with_makers


def mask(key: str, patient: str, *, network: str | None = "starter", doubt: str = "") -> dict[str, Any]:
    notices = [f"SEGMENTATION_UNCERTAIN: {doubt}"] if doubt else []
    return {
        "mask_key": key,
        "patient_id": patient,
        "timepoint": 1,
        "network": network,
        "network_version": "1.0",
        "network_sha256": "ab" * 32,
        "backend": "onnxruntime 1 f32",
        "scheme": "brats-2023",
        "scheme_source": "stated",
        "notices": ["MASK_MADE: made", *notices],
    }


MASKS = [mask("a", "P1"), mask("b", "P2", doubt="look at it"), mask("c", "P3", network=None)]


def test_doubtful_ones_are_listed_first() -> None:
    grid = review_grid(MASKS, {"P1": "P1.html"}, "csv", 10)
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["P2", "1", "network starter 1.0", "check first", "look at it"],
        ["P1", "1", "network starter 1.0", "not checked", ""],
    ]
    assert grid.rows[1][0].link == "P1.html"


def test_how_many_are_a_networks_is_said() -> None:
    said = network_remark(MASKS)
    assert "2 masks by the network starter 1.0" in said
    assert "1 mask of these should be looked at" in said
    assert network_remark(MASKS[2:]) == ""


def test_each_picture_says_whose_outline_it_is() -> None:
    picture = Picture(None, "Whole on T1c", "axial")
    galleries = [Gallery("L1", 1, (picture,), f"measurement:{n}", picture) for n in range(3)]
    measured = [{"value_id": f"measurement:{n}", "mask_key": key} for n, key in enumerate("abc")]
    made, doubted, drawn = with_makers(galleries, measured, MASKS)
    assert made.pictures[0].note == "Outline by the network starter 1.0, not by a reader."
    assert doubted.measured.note == "Outline by the network starter 1.0, not by a reader: check it."
    assert drawn.measured.note == ""


def test_methods_do_not_say_that_a_user_stated_a_networks_labels() -> None:
    reader, network = label_sentences(Facts(lambda _: MASKS, synthetic=False))
    assert reader.startswith("In 1 mask labels were read as those of BraTS 2023")
    assert network.startswith("2 masks of visits that came without any were made by the network starter 1.0")
    assert "abababababab" in network
