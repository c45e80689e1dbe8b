"""One number with its interval, and the row of `metrics.json` that it becomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from oncometry.core.errors import Code, Notice

__all__ = ["Estimate", "Metric"]


@dataclass(frozen=True)
class Estimate:
    """A metric of certain rows.

    Attributes:
        metric: its name, 'auc', 'brier_730_days'.
        value: None where there is a reason.
        low, high: of the interval; None without one.
        method: how value and interval came about.
        n: rows.
        events: rows with the event of interest; None where the outcome is no event.
        reason: `UNDEFINED`, the rows do not define it (one class, no pair, a constant).
        p_value: two-sided, of no difference; None where it is no difference, or by the bootstrap.
        redrawn: resamples that did not define it, and were drawn anew.
        notices: what to know about the interval.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    events: int | None
    reason: Code | None = None
    p_value: float | None = None
    redrawn: int = 0
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Metric:
    """A row of `metrics.json`: an `Estimate`, and of what."""

    endpoint: str
    model: str
    features: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    events: int | None
    reason: Code | None = None

    @classmethod
    def of(cls, estimate: Estimate, endpoint: str, model: str, features: str) -> Metric:
        """The row for one estimate."""
        e = estimate
        return cls(
            endpoint, model, features, e.metric, e.value, e.low, e.high, e.method, e.n, e.events, e.reason
        )

    def to_row(self) -> dict[str, object]:
        """Flat, for JSON: the reason as text, None where there is none."""
        return asdict(self) | {"reason": None if self.reason is None else str(self.reason)}
