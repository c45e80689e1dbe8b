"""`oncometry predict`: stored models asked about new patients."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import tell, write_json, write_table
from oncometry.one_prediction import (
    Answer,
    PredictionRequest,
    answers_json,
    predict_patients,
    prediction_table,
    write_answers,
)

__all__ = ["predict_command"]


def predict_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL... INPUT...",
            help="Models (.model.json, or an experiment's folder), then rows: CSV, XLSX, or a cohort.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Pages, CSV and JSON; on the terminal if not said."
        ),
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option("--patient", metavar="COLUMN", help="Column of ids [that of the model's sheet]."),
    ] = None,
    outcomes: Annotated[
        bool, typer.Option("--outcomes", help="The rows have outcomes: say how well the models do.")
    ] = False,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Predict response, survival or toxicity of new patients, each with its interval, or abstain and say why.

    Several models of the same patients stand side by side. Whoever is unlike the patients of training gets reasons, no number;
    if that is everyone, the exit code is 3, and 8 where only some of the models say nothing at all.

    Example: oncometry predict response survival new-patients.csv -o predictions
    """
    answers = predict_patients(PredictionRequest(tuple(files), patient, outcomes, database))
    for answer in answers:
        for notice in answer.notices:
            tell(f"warning: {notice}")
    if output is not None:
        write_answers(answers, output)
        tell(f"written: {output / 'index.html'}")
    if json:
        write_json(answers_json(answers))
    else:
        _show(answers)
    _tell_silent(answers)
    silent = [answer.is_silent for answer in answers]
    if any(silent):
        raise typer.Exit(Exit.NOTHING_FOUND if all(silent) else Exit.SOME_FAILED)


def _tell_silent(answers: tuple[Answer, ...]) -> None:
    """How many patients each model abstains from, and whether anyone has a number at all."""
    for answer in answers:
        if answer.is_silent:
            tell(
                f"no prediction: {answer.model.card.name} abstains from all "
                f"{len(answer.predictions.patients)} rows; the reasons stand beside each."
            )
        elif answer.abstained:
            tell(
                f"{answer.model.card.name} abstains from {answer.abstained} of {len(answer.predictions.patients)} "
                "rows: outside of what it was trained on."
            )


def _show(answers: tuple[Answer, ...]) -> None:
    rows = prediction_table(answers)
    write_table(
        ("patient", "quantity", "value", "interval", "conformal", "outside of training"),
        [
            (r["patient"], r["quantity"], _number(r["value"]), _interval(r), r["conformal"], r["reasons"])
            for r in rows
        ],
    )
    metrics = [m for answer in answers for m in answer.metrics]
    if metrics:
        write_table(
            ("model", "rows", "metric", "value", "interval"),
            [
                (m.model, m.features, m.metric, _number(m.value), _interval({"low": m.low, "high": m.high}))
                for m in metrics
            ],
        )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _interval(row: dict[str, float | None]) -> str:
    if row["low"] is None or row["high"] is None:
        return ""
    return f"{row['low']:.3g} to {row['high']:.3g}"
