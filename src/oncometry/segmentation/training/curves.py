"""What has been learned when, as a picture and as a table."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from oncometry.io.files import write_bytes, write_text
from oncometry.segmentation.training.state import CheckRow

__all__ = ["write_curves", "write_fold_curves", "write_history"]

HISTORY = "history.csv"


def write_history(rows: Sequence[CheckRow], regions: Sequence[str], folder: Path) -> None:
    """`history.csv`: training loss, and Dice on held-out patches."""
    header = ",".join(["step", "seconds", "loss", *(f"dice_{name.lower()}" for name in regions)])
    lines = [
        ",".join(
            [str(r.step), str(r.seconds), f"{r.loss:.5f}", *("" if d is None else f"{d:.5f}" for d in r.dice)]
        )
        for r in rows
    ]
    write_text(folder / HISTORY, "\n".join([header, *lines]) + "\n")


def write_curves(rows: Sequence[CheckRow], regions: Sequence[str], folder: Path) -> None:
    """`curves.png`: the history as a picture."""
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
    _write(canvas, folder / "curves.png")


def write_fold_curves(folders: Mapping[int, Path], regions: Sequence[str], path: Path) -> None:
    """A picture of all folds: training loss, and Dice of each region on patches of the patients held out.

    Args:
        folders: fold -> where `write_history` was for it; those that are not begun are left away.
    """
    figure = Figure(figsize=(3.2 * (1 + len(regions)), 3.2), layout="constrained", dpi=120)
    canvas = FigureCanvasAgg(figure)
    loss, *panels = figure.subplots(1, 1 + len(regions))
    loss.set(xlabel="step", ylabel="training loss (Dice + cross-entropy)")
    for panel, region in zip(panels, regions, strict=True):
        panel.set(xlabel="step", ylabel=f"{region}: Dice on held-out patches", ylim=(0, 1))
    for number, folder in folders.items():
        if not (folder / HISTORY).is_file():
            continue
        with (folder / HISTORY).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        steps = [int(row["step"]) for row in rows]
        loss.plot(steps, [float(row["loss"]) for row in rows], label=f"fold {number}")
        for panel, region in zip(panels, regions, strict=True):
            dice = [float(row[f"dice_{region.lower()}"] or "nan") for row in rows]
            panel.plot(steps, dice, marker="o", markersize=3)
    if loss.lines:
        loss.legend()
    _write(canvas, path)


def _write(canvas: FigureCanvasAgg, path: Path) -> None:
    stream = BytesIO()
    canvas.print_png(stream, metadata={"Software": None})  # type: ignore[no-untyped-call]
    write_bytes(path, stream.getvalue())
