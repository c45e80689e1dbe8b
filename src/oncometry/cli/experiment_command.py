"""`oncometry experiment`: declared learning tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from oncometry.cli import options
from oncometry.cli.output import tell, write_json, write_pairs, write_table
from oncometry.cli.whole_group import WholeGroup
from oncometry.one_experiment import ColumnRow, ExperimentRequest, check_experiment, columns_of, experiment
from oncometry.pipeline import progress_for
from oncometry.pipeline.experiment.material import Made
from oncometry.pipeline.experiment.write import result_json
from oncometry.prediction.judging import CONCORDANCE
from oncometry.prediction.metrics import Metric
from oncometry.prediction.result import ExperimentResult
from oncometry.report.experiment_headline import headline_sentence, unsettled_sentence
from oncometry.report.experiment_view import ExperimentView

__all__ = ["app"]

HELP = "Learn response, survival or toxicity from a cohort or a table, and say how far it holds."

app = typer.Typer(cls=WholeGroup, help=HELP, no_args_is_help=True)

File = Annotated[
    Path, typer.Argument(metavar="EXPERIMENT", help="YAML, TOML or JSON: rows, outcome, features, models.")
]

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="What paths in it are relative to [its own folder]."),
]


@app.command("run")
def run_command(
    file: File,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder, or one to go on in.")
    ],
    data: Data = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes [all cores].")] = None,
    database: options.Database = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Validate declared models by nested cross-validation, with every control, and write the report.

    Everything that learns does so inside the training fold. Killed, the same command goes on where it was. All of it is kept in
    the cohort's database; of an experiment on tables in one of its own, in its folder or on the server that --database names.

    Example: oncometry experiment run response.yaml -o response
    """
    with progress_for(quiet=quiet) as reporter:
        result = experiment(ExperimentRequest(file, output, data, jobs, database), reporter)
    for notice in result.notices:
        tell(f"warning: {notice}")
    tell(f"written: {output / 'index.html'}")
    if json:
        write_json(result_json(result) | {"metrics": [m.to_row() for m in result.metrics]})
    else:
        _show(result)


@app.command("check")
def check_command(
    file: File, data: Data = None, database: options.Database = None, json: options.Json = False
) -> None:
    """Read all that an experiment would read, say what it has, and fit nothing.

    Example: oncometry experiment check response.yaml
    """
    made = check_experiment(file, data, database)
    for notice in made.notices:
        tell(f"warning: {notice}")
    if json:
        write_json(_checked(made))
    else:
        write_pairs(
            {k: v if not isinstance(v, (list, dict)) else _joined(v) for k, v in _checked(made).items()}
        )


@app.command("columns")
def columns_command(
    source: Annotated[
        Path, typer.Argument(metavar="COHORT|TABLE", help="A folder made by `oncometry run`, or CSV or XLSX.")
    ],
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="COLUMN", help="Of a table: the column of ids.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Of a workbook.")] = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """List the columns that an experiment may name, with how many patients have them and what they hold.

    Example: oncometry experiment columns cohort
    """
    rows = columns_of(source, patient, sheet, database)
    if json:
        write_json([row._asdict() for row in rows])
    else:
        write_table(ColumnRow._fields, rows)
        if any(row.kind == "id" for row in rows):
            tell("kind id: other in each row, as ids are; it tells patients apart and is no feature")


def _checked(made: Made) -> dict[str, Any]:
    material, flow = made.material, made.flow
    return {
        "name": material.experiment.name,
        "endpoint": material.outcome.name,
        "task": str(material.outcome.task),
        "rows": flow.rows,
        "left out": dict(flow.left),
        "kept": flow.kept,
        "patients": flow.patients,
        "events": material.outcome.events,
        "features": {str(b): len(material.table.of([b])) for b in material.table.blocks},
        "sets": [s.name for s in material.sets],
        "models": {name: len(tried) for name, tried in material.models.items()},
    }


def _joined(value: list[Any] | dict[str, Any]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in value.items()) or "none"
    return ", ".join(map(str, value)) or "none"


def _show(result: ExperimentResult) -> None:
    heading = CONCORDANCE[result.material.outcome.task]
    rows = [m for m in result.metrics if m.metric in (heading, "concordance", "p_value")]
    write_table(("features", "model", "metric", "value", "interval"), [_row(m) for m in rows])
    view = ExperimentView(result)
    for line in (headline_sentence(view), unsettled_sentence(view)):
        if line:
            tell(line)


def _row(m: Metric) -> tuple[str, ...]:
    interval = "" if m.low is None or m.high is None else f"{m.low:.3f} to {m.high:.3f}"
    return m.features, m.model, m.metric, _value(m), interval


def _value(m: Metric) -> str:
    return str(m.reason or "") if m.value is None else f"{m.value:.3f}"
