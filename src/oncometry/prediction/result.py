"""What an experiment comes to: what the report draws and the store keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from oncometry.core import Notice
from oncometry.prediction.final.patient_model import PatientModel
from oncometry.prediction.grouped import Grouped
from oncometry.prediction.ledger import LedgerRow
from oncometry.prediction.material import Material, SplitResult
from oncometry.prediction.metrics import Metric
from oncometry.prediction.permuted import Permuted
from oncometry.prediction.splits import Split

__all__ = ["ExperimentResult", "Flow", "Validated"]


@dataclass(frozen=True)
class Flow:
    """Rows on their way into the experiment: how many there were, why some left, how many patients are judged."""

    rows: int
    left: tuple[tuple[str, int], ...]
    kept: int
    patients: int


@dataclass(frozen=True, eq=False)
class Validated:
    """What all splits gave.

    Attributes:
        splits: of the repeats; `site_splits` those that hold a site out.
        results: (len(splits),) in their order; `site_results` likewise.
        permuted: the control of labels dealt anew.
    """

    splits: tuple[Split, ...]
    results: tuple[SplitResult, ...]
    site_splits: tuple[Split, ...]
    site_results: tuple[SplitResult, ...]
    permuted: Permuted


@dataclass(frozen=True, eq=False)
class ExperimentResult:
    """A validated experiment.

    Attributes:
        sha256: of the declaration, what it read, and the version of the code.
        origin: (name, hash) of what was read.
        metrics: all rows; those of held-out sites have `site_held_out_` before the metric.
        headline: the rows that say what the larger set of features adds, the heading metric first; empty where nothing is
            compared.
        notices: what is worth saying, of the rows first.
        final: the models of all patients, of the larger set of features first; `final_ledger` whom their fits saw.
        groups: of patients, found in their features alone; None where they were not asked for.
    """

    sha256: str
    origin: tuple[tuple[str, str], ...]
    material: Material
    flow: Flow
    validated: Validated
    metrics: tuple[Metric, ...]
    headline: tuple[Metric, ...]
    notices: tuple[Notice, ...]
    final: tuple[PatientModel, ...] = ()
    final_ledger: tuple[LedgerRow, ...] = ()
    groups: Grouped | None = None

    def fits(self, explaining: tuple[LedgerRow, ...]) -> Iterator[LedgerRow]:
        """Whom every fit saw: of the splits, of labels dealt anew, of the explanation, of the final models.

        Args:
            explaining: fits of the explanation.
        """
        validated = self.validated
        parts = [part.ledger for part in (*validated.results, *validated.site_results)]
        return chain.from_iterable([*parts, validated.permuted.ledger, explaining, self.final_ledger])
