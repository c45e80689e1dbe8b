"""What has been learned when, as a picture and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from oncometry.io.files import write_bytes, write_text
from oncometry.segmentation.training.state import CheckRow

__all__ = ["write_curves"]


def write_curves(rows: Sequence[CheckRow], regions: Sequence[str], folder: Path) -> None:
    """`history.csv` and `curves.png`: training loss, and Dice on held-out patches."""
    header = ",".join(["step", "seconds", "loss", *(f"dice_{name.lower()}" for name in regions)])
    lines = [
        ",".join(
            [str(r.step), str(r.seconds), f"{r.loss:.5f}", *("" if d is None else f"{d:.5f}" for d in r.dice)]
        )
        for r in rows
    ]
    write_text(folder / "history.csv", "\n".join([header, *lines]) + "\n")
    figure = Figure(figsize=(8, 3.2), layout="constrained", dpi=120)
    canvas = FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    steps = [row.step for row in rows]
    left.plot(steps, [row.loss for row in rows], color="#444")
    left.set(xlabel="step", ylabel="training loss (Dice + cross-entropy)", ylim=(0, None))
    for number, name in enumerate(regions):
        values = [float("nan") if (d := row.dice[number]) is None else d for row in rows]
        right.plot(steps, values, marker="o", markersize=3, label=name)
    right.set(xlabel="step", ylabel="Dice on held-out patches", ylim=(0, 1))
    right.legend(loc="lower right")
    stream = BytesIO()
    canvas.print_png(stream, metadata={"Software": None})  # type: ignore[no-untyped-call]
    write_bytes(folder / "curves.png", stream.getvalue())
