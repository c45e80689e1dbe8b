"""The command line: `oncometry COMMAND`. It calls the pipeline and the store and holds no science."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from typing import Annotated

import typer

from oncometry import __version__
from oncometry.cli.exits import Exit, exit_for
from oncometry.cli.lazy_group import LazyCommand, lazy_group
from oncometry.cli.output import tell
from oncometry.core import Code, OncometryError, OncometryWarning, interrupt

__all__ = ["COMMANDS", "app", "main"]

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
COMMANDS = {
    "run": LazyCommand(
        "oncometry.cli.run_command:run_command",
        "Curate, preprocess, measure, follow and report a folder of scans.",
    ),
    "curate": LazyCommand(
        "oncometry.cli.curate_command:curate_command",
        "Account for every file and lay the images out as a BIDS derivative; measure nothing.",
    ),
    "deidentify": LazyCommand(
        "oncometry.cli.deidentify_command:deidentify_command",
        "Write copies of scans without what identifies, by PS3.15 Annex E, under a secret key.",
    ),
    "measure": LazyCommand(
        "oncometry.cli.measure_command:measure_command",
        "Measure the lesions of one mask.",
    ),
    "segment": LazyCommand(
        "oncometry.cli.segment_command:segment_command",
        "Segment a lesion from a click, a box or its RECIST line, or an examination by a network.",
    ),
    "evaluate": LazyCommand(
        "oncometry.cli.evaluate_command:evaluate_command",
        "Compare predicted masks with true ones: Dice, distances, lesions, bias of sizes, with intervals.",
    ),
    "features": LazyCommand(
        "oncometry.cli.features_command:features_command",
        "Extract radiomic features of one mask, or of a batch; or write them as images.",
    ),
    "dose": LazyCommand(
        "oncometry.cli.dose_command:dose_command",
        "Measure the dose in each structure: DVH metrics, EQD2, published NTCP models.",
    ),
    "reliability": LazyCommand(
        "oncometry.cli.reliability_command:reliability_command",
        "Tell how far each feature can be relied on, with its interval.",
    ),
    "assess": LazyCommand(
        "oncometry.cli.assess_command:assess_command",
        "Call response from lesions over time by published criteria, each category with its proof.",
    ),
    "experiment": LazyCommand(
        "oncometry.cli.experiment_command:app",
        "Learn response, survival or toxicity from a cohort or a table, and say how far it holds.",
    ),
    "growth": LazyCommand(
        "oncometry.cli.growth_command:growth_command",
        "Say of each lesion whether it grows, by which law, and how large it will be, with an interval.",
    ),
    "predict": LazyCommand(
        "oncometry.cli.predict_command:predict_command",
        "Predict response, survival or toxicity of new patients, each with its interval, or abstain and say why.",
    ),
    "lesions": LazyCommand(
        "oncometry.cli.lesions_command:app",
        "List a cohort's lesions, or say what a person decides about them.",
    ),
    "labels": LazyCommand(
        "oncometry.cli.labels_command:labels_command",
        "List the labels of a mask with voxels and milliliters, and the label schemes that fit.",
    ),
    "clinical": LazyCommand(
        "oncometry.cli.clinical_command:clinical_command",
        "Bring a clinical spreadsheet into a cohort.",
    ),
    "report": LazyCommand(
        "oncometry.cli.report_command:report_command",
        "Write the report of a cohort: one self-contained page for all, one for each patient.",
    ),
    "export": LazyCommand(
        "oncometry.cli.export_command:export_command",
        "Write the cohort's tables (CSV, Parquet, XLSX) or its lesions (DICOM, BIDS, 3D Slicer markups, CDISC).",
    ),
    "why": LazyCommand(
        "oncometry.cli.why_command:why_command",
        "Follow a number back to SOP instances, mask hash, parameters and version.",
    ),
    "demo": LazyCommand(
        "oncometry.cli.demo_command:demo_command",
        "Write a synthetic cohort: DICOM series, masks, a clinical spreadsheet, and the truth beside them.",
    ),
    "train": LazyCommand(
        "oncometry.cli.train_command:train_command",
        "Train a network on your images and masks, or on label maps of heads; killed, it goes on where it was.",
    ),
    "networks": LazyCommand(
        "oncometry.cli.networks_command:app",
        "List networks, install one, or convert one of another make.",
    ),
    "doctor": LazyCommand(
        "oncometry.cli.doctor_command:doctor_command",
        "Say what is installed, how fast it is, what is missing, and whether a cohort is sound.",
    ),
    "db": LazyCommand(
        "oncometry.cli.db_command:app",
        "Upgrade, back up, restore or check a cohort's database.",
    ),
    "config": LazyCommand(
        "oncometry.cli.config_command:app",
        "Show settings and their schema.",
    ),
}
"""What there is, in the order of help. A line is the first of the command's docstring; a test holds them equal."""

app = typer.Typer(
    name="oncometry",
    cls=lazy_group(COMMANDS),
    help="Measures tumors on CT and MRI and follows them over time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"oncometry {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Measures tumors on CT and MRI and follows them over time."""


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    if isinstance(message, OncometryWarning):
        tell(f"warning: {message}")


def main() -> None:
    """Entry point of the `oncometry` command."""
    warnings.showwarning = _show_warning
    interrupt.listen()
    try:
        app()
        sys.stdout.flush()
    except SystemExit:
        _flush()
        raise
    except OncometryError as error:
        tell(f"error: {error}")
        sys.exit(exit_for(error))
    except interrupt.StoppedError:
        tell("stopped; run the same command again to go on from here")
        sys.exit(Exit.ERROR)
    except OSError as error:
        sys.exit(_system(error))


def _flush() -> None:
    """What was printed, out: a reader that is gone or a full disk shows here, not when Python has ended."""
    try:
        sys.stdout.flush()
    except OSError as error:
        sys.exit(_system(error))


def _system(error: OSError) -> Exit:
    """What the system said; nothing where it is only that nobody reads on (`oncometry ... | head`)."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.ERROR
    where = f"{error.filename}: " if error.filename else ""
    code = Code.WRITE_FAILED if error.filename is None or error.errno in FULL else Code.UNREADABLE
    tell(f"error: {code}: {where}the system refused: {error.strerror or error}.")
    if error.filename is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.ERROR
