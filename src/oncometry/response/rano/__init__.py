"""Criteria of brain tumors: products, diameters or volumes beside steroids, clinical state and radiotherapy."""

from oncometry.response.rano.criterion import RanoCriterion
from oncometry.response.rano.macdonald import MACDONALD
from oncometry.response.rano.rano_2 import RANO_2, RANO_2_ENHANCING, RANO_2_VOLUME
from oncometry.response.rano.rano_bm import RANO_BM
from oncometry.response.rano.rano_hgg import RANO_HGG
from oncometry.response.rano.rano_lgg import RANO_LGG
from oncometry.response.rano.rapno_dipg import RAPNO_DIPG
from oncometry.response.rano.rapno_hgg import RAPNO_HGG
from oncometry.response.rano.rapno_lgg import RAPNO_LGG

__all__ = [
    "MACDONALD",
    "RANO_2",
    "RANO_2_ENHANCING",
    "RANO_2_VOLUME",
    "RANO_BM",
    "RANO_CRITERIA",
    "RANO_HGG",
    "RANO_LGG",
    "RAPNO_DIPG",
    "RAPNO_HGG",
    "RAPNO_LGG",
    "RanoCriterion",
]

RANO_CRITERIA = (
    MACDONALD,
    RANO_HGG,
    RANO_LGG,
    RANO_2,
    RANO_2_ENHANCING,
    RANO_2_VOLUME,
    RAPNO_HGG,
    RAPNO_DIPG,
    RAPNO_LGG,
    RANO_BM,
)
"""All of them, in the order the documents give them."""
