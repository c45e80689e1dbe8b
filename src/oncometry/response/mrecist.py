"""mRECIST for hepatocellular carcinoma: RECIST on the part that enhances in the arterial phase (Lencioni and Llovet 2010)."""

from __future__ import annotations

from dataclasses import replace

from oncometry.core import Compartment, Quantity
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.linear_targets import LinearThresholds
from oncometry.response.recist import LIMITS, Recist
from oncometry.response.recist_rules import recist_clauses

__all__ = ["MRECIST"]

READ_IN = "10.3348/kjr.2022.0822"
"""KLCA-NCC guidelines 2022, Table 11, where mRECIST (doi:10.1055/s-0030-1247132) is summarised."""

RULESET = Ruleset(
    "mrecist",
    "1",
    "mRECIST for hepatocellular carcinoma (2010)",
    recist_clauses(
        target_cr=Clause(
            "", "No target lesion enhances in the arterial phase any more.", "Table 11", READ_IN
        ),
        target_pd=Clause(
            "",
            "The sum of enhancing diameters is at least 20 % above the smallest so far, or enhancement is there again.",
            "Table 11",
            READ_IN,
        ),
        target_pr=Clause(
            "", "The sum of enhancing diameters is at least 30 % below the baseline.", "Table 11", READ_IN
        ),
        target_sd=Clause("", "Neither enough less for response nor enough more.", "Table 11", READ_IN),
        non_target_cr=Clause("", "No non-target lesion enhances any more.", "Table 11", READ_IN),
        non_target_persists=Clause(
            "",
            "A non-target lesion still enhances and none has unequivocally progressed.",
            "Table 11",
            READ_IN,
        ),
    ),
)

MRECIST = Recist(
    ruleset=RULESET,
    thresholds=LinearThresholds(pd_mm=0.0),
    limits=replace(
        LIMITS, compartments=(Compartment.ENHANCING,), smallest_node={Quantity.SHORT_AXIS_MM: 20.0}
    ),
)
"""Nodes of the liver's hilum count from 20 mm; where a table names no roles, so do all nodes. Whether fluid or a new nodule
is tumor is the reader's word."""
