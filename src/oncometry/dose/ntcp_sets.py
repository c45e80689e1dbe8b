"""Published parameter sets of NTCP models, with what they were fitted on.

No paper was opened when these were written down. `checked` says what each was held against: 'abstract', the paper's
abstract gives numbers that it reproduces; 'second listing', another, independent compilation has the same numbers;
'recalled', neither: hold it against the paper before you rely on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from oncometry.core import Code, SettingsError
from oncometry.dose.ntcp import (
    LogisticNtcp,
    LymanKutcherBurman,
    NtcpModel,
    RelativeSeriality,
)
from oncometry.dose.quantity import PHYSICAL, DoseQuantity, eqd2_quantity

__all__ = ["CHECKED", "NtcpSet", "ntcp_set_named", "ntcp_sets"]

CHECKED = {
    "abstract": "numbers of the paper's abstract are reproduced",
    "second listing": "held against a second listing, not the paper",
    "recalled": "not held against the paper",
}
"""What the mark of a set says."""
CONVENTIONAL = (1.8, 2.12)


@dataclass(frozen=True)
class NtcpSet:
    """A parameter set.

    Attributes:
        name: how it is asked for.
        organ: what structure it is of; `structures`: names, in small letters, by which a structure set calls that.
        endpoint: the complication, with its grade and time where they are defined.
        model: with the parameters.
        quantity: of the doses it was fitted on.
        fraction_gy: dose of a fraction in those data, lowest and highest, where `quantity` is PHYSICAL.
        source, doi: the paper; '' where its DOI is not known for certain.
        checked: 'abstract', 'second listing' or 'recalled'.
        note: what to know before using it.
    """

    name: str
    organ: str
    structures: tuple[str, ...]
    endpoint: str
    model: NtcpModel
    quantity: DoseQuantity
    source: str
    doi: str
    checked: str
    fraction_gy: tuple[float, float] | None = None
    note: str = ""


BURMAN = (
    ("bladder", ("bladder",), "symptomatic contracture", 80.0, 0.11, 0.5),
    ("brachial plexus", ("brachial plexus", "brachialplexus", "brachialplex"), "nerve damage", 75.0, 0.12, 0.03),
    ("brain", ("brain", "whole brain"), "necrosis, infarction", 60.0, 0.15, 0.25),
    ("brain stem", ("brainstem", "brain stem"), "necrosis, infarction", 65.0, 0.14, 0.16),
    ("cauda equina", ("cauda equina", "caudaequina"), "nerve damage", 75.0, 0.12, 0.03),
    ("esophagus", ("esophagus", "oesophagus"), "stricture, perforation", 68.0, 0.11, 0.06),
    ("femoral head", ("femoral head", "femoralhead"), "necrosis", 65.0, 0.12, 0.25),
    ("heart", ("heart",), "pericarditis", 48.0, 0.10, 0.35),
    ("larynx", ("larynx",), "edema", 70.0, 0.17, 0.08),
    ("lens", ("lens", "lens l", "lens r"), "cataract that needs surgery", 18.0, 0.27, 0.3),
    ("liver", ("liver",), "liver failure", 40.0, 0.15, 0.32),
    ("lung", ("lungs", "both lungs", "total lung", "lung total"), "pneumonitis", 24.5, 0.18, 0.87),
    ("optic nerve", ("optic nerve", "opticnerve", "opticnrv l", "opticnrv r"), "blindness", 65.0, 0.14, 0.25),
    ("parotid", ("parotid", "parotids"), "xerostomia", 46.0, 0.18, 0.7),
    ("rectum", ("rectum",), "severe proctitis, necrosis, stenosis, fistula", 80.0, 0.15, 0.12),
    ("retina", ("retina",), "blindness", 65.0, 0.19, 0.2),
    ("small intestine", ("small bowel", "small intestine", "bowel small"), "obstruction, perforation", 55.0, 0.16, 0.15),
    ("spinal cord", ("spinal cord", "spinalcord", "cord"), "myelitis, necrosis", 66.5, 0.175, 0.05),
    ("stomach", ("stomach",), "ulceration, perforation", 65.0, 0.14, 0.15),
    ("thyroid", ("thyroid",), "clinical thyroiditis", 80.0, 0.26, 0.22),
)  # fmt: skip
"""Organ, names, endpoint, TD50 Gy, m, n."""

BURMAN_SOURCE = "Burman, Kutcher, Emami and Goitein 1991"
BURMAN_DOI = "10.1016/0360-3016(91)90172-Z"


@cache
def ntcp_sets() -> tuple[NtcpSet, ...]:
    """All sets, by organ."""
    found = [*_burman(), *_thyroid(), *_chest(), *_abdomen(), *_head()]
    return tuple(sorted(found, key=lambda one: (one.organ, one.name)))


def ntcp_set_named(name: str) -> NtcpSet:
    """The set of this name.

    Raises:
        SettingsError: `SETTINGS`, there is none.
    """
    for one in ntcp_sets():
        if one.name == name:
            return one
    known = ", ".join(one.name for one in ntcp_sets())
    raise SettingsError(Code.SETTINGS, f"there is no NTCP set {name!r}.", advice=f"There are: {known}.")


def _burman() -> list[NtcpSet]:
    """Fits to the tolerance doses that experts estimated (Emami 1991); conventional fractions."""
    return [
        NtcpSet(
            name=f"burman-1991-{organ.replace(' ', '-')}",
            organ=organ,
            structures=structures,
            endpoint=endpoint,
            model=LymanKutcherBurman(td50, m, n),
            quantity=PHYSICAL,
            source=BURMAN_SOURCE,
            doi=BURMAN_DOI,
            checked="second listing",
            fraction_gy=CONVENTIONAL,
            note="Fitted to estimates of experts, not to patients.",
        )
        for organ, structures, endpoint, td50, m, n in BURMAN
    ]


def _thyroid() -> list[NtcpSet]:
    thyroid = ("thyroid", "thyroid gland")
    return [
        NtcpSet(
            "boomsma-2012-thyroid", "thyroid", thyroid, "hypothyroidism",
            LogisticNtcp(0.011, {"mean": 0.062, "volume": -0.19}), PHYSICAL,
            "Boomsma et al. 2012, Int J Radiat Oncol Biol Phys 84", "", "second listing", CONVENTIONAL,
            "Head and neck; mean dose in Gy, volume of the gland in cc.",
        ),
        NtcpSet(
            "ronjom-2013-thyroid", "thyroid", thyroid, "biochemical hypothyroidism (TSH above 4.0 mU/l), without limit of time",
            LogisticNtcp(-1.235, {"mean": 0.1162, "volume": -0.2873}), PHYSICAL,
            "Rønjom et al. 2013, Radiother Oncol 109", "", "abstract", CONVENTIONAL,
            "Mixture model with latency; its odds ratios (1.12 a Gy, 0.75 a cc) and doses for a risk of 25 % are reproduced to "
            "3 Gy.",
        ),
        NtcpSet(
            "bakhshandeh-2013-thyroid", "thyroid", thyroid, "hypothyroidism",
            LymanKutcherBurman(60.0, 0.24, 0.49), PHYSICAL,
            "Bakhshandeh et al. 2013", "10.1016/j.ijrobp.2012.03.034", "second listing", CONVENTIONAL,
            "Whether its doses were converted to fractions of 2 Gy is not known here.",
        ),
    ]  # fmt: skip


def _chest() -> list[NtcpSet]:
    lungs = ("lungs", "both lungs", "total lung", "lung total")
    return [
        NtcpSet(
            "quantec-2010-lungs", "lung", lungs, "symptomatic pneumonitis",
            LogisticNtcp(-3.87, {"mean": 0.126}), PHYSICAL,
            "Marks et al. 2010 (QUANTEC)", "10.1016/j.ijrobp.2009.06.091", "second listing", CONVENTIONAL,
            "Mean dose of both lungs as one; half at 30.75 Gy.",
        ),
        NtcpSet(
            "semenenko-2008-lungs", "lung", lungs, "pneumonitis",
            LymanKutcherBurman(29.9, 0.41, 1.0), eqd2_quantity(3.0),
            "Semenenko and Li 2008", "10.1088/0031-9155/53/3/014", "second listing",
        ),
        NtcpSet(
            "gagliardi-2000-lung", "lung", ("ipsilateral lung", "lung ipsilateral"), "clinical pneumonitis",
            RelativeSeriality(30.1, 0.966, 0.012), PHYSICAL,
            "Gagliardi et al. 2000, Int J Radiat Oncol Biol Phys 46", "", "recalled", CONVENTIONAL, "",
        ),
        NtcpSet(
            "gagliardi-1996-heart", "heart", ("heart",), "excess cardiac mortality",
            RelativeSeriality(52.3, 1.28, 1.0), PHYSICAL,
            "Gagliardi et al. 1996", "10.1259/0007-1285-69-825-839", "recalled", CONVENTIONAL, "Breast cancer, old techniques.",
        ),
        NtcpSet(
            "cella-2014-heart", "heart", ("heart",), "valvular dysfunction",
            LymanKutcherBurman(32.8, 0.67, 0.16), eqd2_quantity(3.0),
            "Cella et al. 2014", "10.1371/journal.pone.0111753", "second listing",
        ),
        NtcpSet(
            "chapet-2005-esophagus", "esophagus", ("esophagus", "oesophagus"), "acute esophagitis, grade 2 or more",
            LymanKutcherBurman(51.0, 0.32, 0.44), PHYSICAL,
            "Chapet et al. 2005", "10.1016/j.radonc.2005.10.001", "second listing", CONVENTIONAL,
        ),
    ]  # fmt: skip


def _abdomen() -> list[NtcpSet]:
    dawson = (
        "Dawson et al. 2002",
        "10.1016/S0360-3016(02)02846-8",
        "second listing",
        (1.5, 1.5),
        "Fractions of 1.5 Gy twice a day; the liver less the tumor, not the whole liver.",
    )
    normal_liver = ("normal liver", "liver-gtv", "liver minus gtv")
    return [
        NtcpSet(
            "quantec-2010-rectum", "rectum", ("rectum",), "late toxicity of grade 2 or more, or bleeding",
            LymanKutcherBurman(76.9, 0.13, 0.09), PHYSICAL,
            "Michalski et al. 2010 (QUANTEC)", "10.1016/j.ijrobp.2009.03.078", "second listing", CONVENTIONAL,
            "Rectum with its contents.",
        ),
        NtcpSet(
            "dawson-2002-liver-primary", "liver", normal_liver,
            "radiation-induced liver disease, primary tumors", LymanKutcherBurman(39.8, 0.12, 0.97), PHYSICAL, *dawson,
        ),
        NtcpSet(
            "dawson-2002-liver-metastases", "liver", normal_liver,
            "radiation-induced liver disease, metastases", LymanKutcherBurman(45.8, 0.12, 0.97), PHYSICAL, *dawson,
        ),
    ]  # fmt: skip


def _head() -> list[NtcpSet]:
    parotid = ("parotid", "parotid l", "parotid r", "left parotid", "right parotid")
    return [
        NtcpSet(
            "dijkema-2010-parotid", "parotid", parotid, "stimulated flow below 25 % of baseline after a year",
            LymanKutcherBurman(39.9, 0.40, 1.0), PHYSICAL,
            "Dijkema et al. 2010", "10.1016/j.ijrobp.2009.07.1708", "second listing", CONVENTIONAL, "A single gland.",
        ),
        NtcpSet(
            "semenenko-2008-parotid", "parotid", parotid, "stimulated flow below 25 % of baseline after 6 months",
            LymanKutcherBurman(31.4, 0.53, 1.0), eqd2_quantity(3.0),
            "Semenenko and Li 2008", "10.1088/0031-9155/53/3/014", "second listing",
        ),
        NtcpSet(
            "rancati-2009-larynx", "larynx", ("larynx",), "edema of grade 2 or 3",
            LymanKutcherBurman(47.3, 0.23, 1.17), eqd2_quantity(3.0),
            "Rancati et al. 2009", "10.1016/j.ijrobp.2009.04.087", "second listing",
        ),
    ]  # fmt: skip
