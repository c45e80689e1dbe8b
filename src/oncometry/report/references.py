"""The papers behind the numbers, cited where the methods use them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DEMONS",
    "IBSI",
    "ICC",
    "MACDONALD",
    "MATTES",
    "N4",
    "PERTURBATION",
    "RANO",
    "RECIST",
    "SIMPLEITK",
    "STUDHOLME",
    "Bibliography",
    "Reference",
]


@dataclass(frozen=True)
class Reference:
    """A paper."""

    text: str
    doi: str


RECIST = Reference(
    "Eisenhauer EA, Therasse P, Bogaerts J, et al. New response evaluation criteria in solid tumours: "
    "revised RECIST guideline (version 1.1). Eur J Cancer. 2009;45(2):228-247.",
    "10.1016/j.ejca.2008.10.026",
)
RANO = Reference(
    "Wen PY, Macdonald DR, Reardon DA, et al. Updated response assessment criteria for high-grade gliomas: "
    "Response Assessment in Neuro-Oncology working group. J Clin Oncol. 2010;28(11):1963-1972.",
    "10.1200/JCO.2009.26.3541",
)
N4 = Reference(
    "Tustison NJ, Avants BB, Cook PA, et al. N4ITK: improved N3 bias correction. "
    "IEEE Trans Med Imaging. 2010;29(6):1310-1320.",
    "10.1109/TMI.2010.2046908",
)
SIMPLEITK = Reference(
    "Lowekamp BC, Chen DT, Ibáñez L, Blezek D. The design of SimpleITK. Front Neuroinform. 2013;7:45.",
    "10.3389/fninf.2013.00045",
)

IBSI = Reference(
    "Zwanenburg A, Vallières M, Abdalah MA, et al. The Image Biomarker Standardization Initiative: standardized "
    "quantitative radiomics for high-throughput image-based phenotyping. Radiology. 2020;295(2):328-338.",
    "10.1148/radiol.2020191145",
)
PERTURBATION = Reference(
    "Zwanenburg A, Leger S, Agolli L, et al. Assessing robustness of radiomic features by image perturbation. "
    "Sci Rep. 2019;9:614.",
    "10.1038/s41598-018-36938-4",
)
ICC = Reference(
    "Shrout PE, Fleiss JL. Intraclass correlations: uses in assessing rater reliability. "
    "Psychol Bull. 1979;86(2):420-428.",
    "10.1037/0033-2909.86.2.420",
)
READERS = Reference(
    "Yoon SH, Kim KW, Goo JM, Kim DW, Hahn S. Observer variability in RECIST-based tumour burden measurements: "
    "a meta-analysis. Eur J Cancer. 2016;53:5-15.",
    "10.1016/j.ejca.2015.10.014",
)
DETECTABLE = Reference(
    "Weir JP. Quantifying test-retest reliability using the intraclass correlation coefficient and the SEM. "
    "J Strength Cond Res. 2005;19(1):231-240.",
    "10.1519/15184.1",
)
MACDONALD = Reference(
    "Macdonald DR, Cascino TL, Schold SC, Cairncross JG. Response criteria for phase II studies of supratentorial "
    "malignant glioma. J Clin Oncol. 1990;8(7):1277-1280.",
    "10.1200/JCO.1990.8.7.1277",
)
MATTES = Reference(
    "Mattes D, Haynor DR, Vesselle H, Lewellen TK, Eubank W. PET-CT image registration in the chest using "
    "free-form deformations. IEEE Trans Med Imaging. 2003;22(1):120-128.",
    "10.1109/TMI.2003.809072",
)
DEMONS = Reference(
    "Vercauteren T, Pennec X, Perchant A, Ayache N. Diffeomorphic demons: efficient non-parametric image "
    "registration. Neuroimage. 2009;45(1 Suppl):S61-S72.",
    "10.1016/j.neuroimage.2008.10.040",
)
STUDHOLME = Reference(
    "Studholme C, Hill DLG, Hawkes DJ. An overlap invariant entropy measure of 3D medical image alignment. "
    "Pattern Recognit. 1999;32(1):71-86.",
    "10.1016/S0031-3203(98)00091-0",
)


class Bibliography:
    """Numbers papers in order of first citation."""

    def __init__(self) -> None:
        self.references: list[Reference] = []

    def cite(self, *papers: Reference) -> str:
        """'[1]' or '[1, 2]'."""
        for paper in papers:
            if paper not in self.references:
                self.references.append(paper)
        return f"[{', '.join(str(self.references.index(p) + 1) for p in papers)}]"
