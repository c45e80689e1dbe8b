"""What a criterion is: rules, the quantity it sums, and a pure judgement of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.burden import Burden
from oncometry.response.cases import Verdict
from oncometry.response.category import Scope
from oncometry.response.clause import Ruleset
from oncometry.response.course import Course, FloatArray
from oncometry.response.selection import Limits

__all__ = ["Criterion", "Judgement"]


@dataclass(frozen=True, eq=False)
class Judgement:
    """A course judged, at every visit and in every draw.

    Attributes:
        verdicts: scope -> verdict; `OVERALL` is always there.
        burden: what the targets sum to.
        targets: which lesions of the timeline those are, in the order of `burden.sizes`.
        critical: quantity -> (visits, lesions, k) sizes, of the first draw, at which one lesion alone, all else as
            it is, may change a category of that visit: the flips are sought among them. NaN where there is none.
        onset: (draws, visits) the visit from which a progression called at this one dates, where a criterion confirms
            what it suspected before; None where it dates from the visit itself.
        beside: per visit, what was and was not said beside sizes, as far as the criterion asks; () where it does not.
    """

    verdicts: Mapping[Scope, Verdict]
    burden: Burden
    targets: NDArray[np.intp]
    critical: Mapping[Quantity, FloatArray] = field(default_factory=dict)
    onset: NDArray[np.int16] | None = None
    beside: tuple[str, ...] = ()


class Criterion(Protocol):
    """One published set of response criteria; a pure function over a course, without state.

    A package of others registers its own under the entry point group `oncometry.criteria`.
    """

    @property
    def ruleset(self) -> Ruleset:
        """Name, version, rules with their sources."""
        ...

    @property
    def quantity(self) -> Quantity:
        """What is summed over the targets."""
        ...

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """All that it judges: of these alone possible readings are drawn."""
        ...

    @property
    def limits(self) -> Limits:
        """Which lesions may be targets, and how many, where no reader said."""
        ...

    @property
    def outcome(self) -> OutcomeSettings:
        """What the best response asks for, where the user does not say otherwise."""
        ...

    def judge(self, course: Course) -> Judgement:
        """Judge every visit against those before it; a later visit never changes an earlier verdict."""
        ...
