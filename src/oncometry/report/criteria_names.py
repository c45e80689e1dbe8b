"""Response criteria as people know them: title, paper, and where their sums change the category."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.report.formatting import number_text
from oncometry.report.references import MACDONALD, RANO, RECIST, Reference

__all__ = ["NAMED", "NamedCriterion", "criterion_title", "limit_text"]


@dataclass(frozen=True)
class NamedCriterion:
    """A criterion's title and paper.

    Attributes:
        response_percent: change of the sum from baseline at which partial response begins.
        progression_percent: change of the sum from the nadir at which progression begins.
        progression_mm: what the sum must also have grown by; None where the percentage is enough.
    """

    title: str
    paper: Reference
    response_percent: float
    progression_percent: float
    progression_mm: float | None = None


IRECIST = Reference(
    "Seymour L, Bogaerts J, Perrone A, et al. iRECIST: guidelines for response criteria for use in trials testing "
    "immunotherapeutics. Lancet Oncol. 2017;18(3):e143-e152.",
    "10.1016/S1470-2045(17)30074-8",
)
MRECIST = Reference(
    "Lencioni R, Llovet JM. Modified RECIST (mRECIST) assessment for hepatocellular carcinoma. "
    "Semin Liver Dis. 2010;30(1):52-60.",
    "10.1055/s-0030-1247132",
)
PERCIST = Reference(
    "Wahl RL, Jacene H, Kasamon Y, Lodge MA. From RECIST to PERCIST: evolving considerations for PET response "
    "criteria in solid tumors. J Nucl Med. 2009;50 Suppl 1:122S-150S.",
    "10.2967/jnumed.108.057307",
)
RANO_2 = Reference(
    "Wen PY, van den Bent M, Youssef G, et al. RANO 2.0: update to the Response Assessment in Neuro-Oncology "
    "criteria for high- and low-grade gliomas in adults. J Clin Oncol. 2023;41(33):5187-5199.",
    "10.1200/JCO.23.01059",
)
RANO_LGG = Reference(
    "van den Bent MJ, Wefel JS, Schiff D, et al. Response assessment in neuro-oncology (a report of the RANO group): "
    "assessment of outcome in trials of diffuse low-grade gliomas. Lancet Oncol. 2011;12(6):583-593.",
    "10.1016/S1470-2045(11)70057-2",
)
RANO_BM = Reference(
    "Lin NU, Lee EQ, Aoyama H, et al. Response assessment criteria for brain metastases: proposal from the RANO "
    "group. Lancet Oncol. 2015;16(6):e270-e278.",
    "10.1016/S1470-2045(15)70057-4",
)
RAPNO_HGG = Reference(
    "Erker C, Tamrazi B, Poussaint TY, et al. Response assessment in paediatric high-grade glioma: recommendations "
    "from the RAPNO working group. Lancet Oncol. 2020;21(6):e317-e329.",
    "10.1016/S1470-2045(20)30173-X",
)
RAPNO_DIPG = Reference(
    "Cooney TM, Cohen KJ, Guimaraes CV, et al. Response assessment in diffuse intrinsic pontine glioma: "
    "recommendations from the RAPNO working group. Lancet Oncol. 2020;21(6):e330-e336.",
    "10.1016/S1470-2045(20)30166-2",
)
RAPNO_LGG = Reference(
    "Fangusaro J, Witt O, Hernáiz Driever P, et al. Response assessment in paediatric low-grade glioma: "
    "recommendations from the RAPNO working group. Lancet Oncol. 2020;21(6):e305-e316.",
    "10.1016/S1470-2045(20)30064-4",
)

NAMED = {
    "recist-1.1": NamedCriterion("RECIST 1.1", RECIST, -30.0, 20.0, 5.0),
    "irecist": NamedCriterion("iRECIST", IRECIST, -30.0, 20.0, 5.0),
    "mrecist": NamedCriterion("mRECIST", MRECIST, -30.0, 20.0),
    "percist-1.0": NamedCriterion("PERCIST 1.0", PERCIST, -30.0, 30.0),
    "volumetric": NamedCriterion("Volumetric", RANO_2, -65.0, 40.0),
    "macdonald": NamedCriterion("Macdonald", MACDONALD, -50.0, 25.0),
    "rano-hgg": NamedCriterion("RANO 2010", RANO, -50.0, 25.0),
    "rano-lgg": NamedCriterion("RANO-LGG", RANO_LGG, -50.0, 25.0),
    "rano-2.0": NamedCriterion("RANO 2.0", RANO_2, -50.0, 25.0),
    "rano-2.0-enhancing": NamedCriterion("RANO 2.0, enhancing", RANO_2, -50.0, 25.0),
    "rano-2.0-volume": NamedCriterion("RANO 2.0, volumes", RANO_2, -65.0, 40.0),
    "rano-bm": NamedCriterion("RANO-BM", RANO_BM, -30.0, 20.0),
    "rapno-hgg": NamedCriterion("RAPNO-HGG", RAPNO_HGG, -50.0, 25.0),
    "rapno-dipg": NamedCriterion("RAPNO-DIPG", RAPNO_DIPG, -25.0, 25.0),
    "rapno-lgg": NamedCriterion("RAPNO-LGG", RAPNO_LGG, -50.0, 25.0),
}
"""By the name that `--criteria` takes; `tests/report/test_criteria_names.py` holds the numbers to the judges."""


def criterion_title(name: str) -> str:
    """As the field names it; of criteria from elsewhere, their own name."""
    return NAMED[name].title if name in NAMED else name


def limit_text(percent: float) -> str:
    """'+20 %': thresholds are whole numbers."""
    return f"{'+' if percent > 0 else ''}{number_text(percent, 0)}\u00a0%"
