"""Names as they occur in clinics and data sets."""

from __future__ import annotations

import pytest

from oncometry.core import Compartment as C
from oncometry.io.label_names import compartment_of, is_generic


@pytest.mark.parametrize(
    ("name", "compartment"),
    [
        ("GTV_Mass_PET", C.WHOLE), ("GTVp", C.WHOLE), ("GTV1", C.WHOLE), ("iGTV", C.WHOLE),
        ("Liver tumor", C.WHOLE), ("LungTumour", C.WHOLE), ("Lesion 3", C.WHOLE), ("Metastasis", C.WHOLE),
        ("Edema", C.EDEMA), ("peritumoral oedema", C.EDEMA), ("SNFH", C.EDEMA), ("ED", C.EDEMA),
        ("ET", C.ENHANCING), ("Enhancing Lesion", C.ENHANCING), ("enhancing_tumor", C.ENHANCING),
        ("Non-Enhancing Lesion", C.NON_ENHANCING), ("NETC", C.NON_ENHANCING), ("NET", C.NON_ENHANCING),
        ("NCR/NET", C.NECROSIS), ("Necrosis", C.NECROSIS), ("necrotic core", C.NECROSIS),
        ("cyst", C.CYST), ("CC", C.CYST), ("resection cavity", C.CAVITY), ("RC", C.CAVITY),
        ("Tumor Core", C.CORE), ("TC", C.CORE),
        ("PTV", C.OTHER), ("PTV60", C.OTHER), ("CTV_high", C.OTHER), ("GTV+5mm", C.OTHER),
        ("Brain-GTV", C.OTHER), ("brain minus tumor", C.OTHER),
        ("Heart", None), ("Lt Lung", None), ("Spinal cord", None), ("Bladder", None), ("BODY", None),
        ("Gallbladder", None),
    ],
)  # fmt: skip
def test_names(name: str, compartment: C | None) -> None:
    assert compartment_of(name) is compartment


def test_a_part_wins_over_the_whole() -> None:
    assert compartment_of("Tumor 1", "Necrosis") is C.NECROSIS
    assert compartment_of("rim", "Neoplasm") is C.WHOLE
    assert compartment_of("ORANGE", "Artery") is None


@pytest.mark.parametrize("name", ["", "ROI-1", "Segment_2", "label 3", "7", "Segmentation", "mask"])
def test_generic(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize("name", ["GTV", "Heart", "first segment", "ROI tumor"])
def test_not_generic(name: str) -> None:
    assert not is_generic(name)
