"""The verbs of `oncometry lesions`: what a person decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from oncometry.cli import options
from oncometry.cli.lesions_output import show_kept
from oncometry.cli.output import tell
from oncometry.core import (
    Code,
    Compartment,
    Decision,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
    SettingsError,
    in_force,
)
from oncometry.pipeline import CohortFolder, one_writer
from oncometry.pipeline.decide import Decider, keep
from oncometry.pipeline.lesion_ledger import lesion_ledger

__all__ = [
    "accept_command",
    "exclude_command",
    "link_command",
    "measure_command",
    "role_command",
    "split_command",
    "state_command",
    "status_command",
    "undo_command",
]

Word = TypeVar("Word", NonTargetState, LesionStatus)
Lesion = Annotated[str, typer.Argument(metavar="LESION", help="Its name, L2, or its tracking UID.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why.")]
Patient = Annotated[
    str | None,
    typer.Option("--patient", metavar="ID", help="Whose, where several patients have such a lesion."),
]
At = Annotated[str, typer.Option("--at", metavar="VISIT", help="Number, label or date of the visit.")]
Criteria = Annotated[
    str | None, typer.Option("--criteria", metavar="NAME", help="For this criterion only [all].")
]


def link_command(
    cohort: options.Cohort,
    lesion: Lesion,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The same lesion under another name.")],
    by: By,
    why: Why,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say that two lesions are one.

    Example: oncometry lesions link cohort L1 L3 --by Ada --why "moved with the shift of the midline"
    """
    _decide(cohort, database, by, why, patient, lambda ask: ask.link(lesion, other), json=json)


def split_command(
    cohort: options.Cohort,
    lesion: Lesion,
    since: Annotated[
        str, typer.Option("--from", metavar="VISIT", help="Number, label or date of the visit.")
    ],
    by: By,
    why: Why,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say that from a visit on it is another lesion.

    Example: oncometry lesions split cohort L1 --from 3 --by Ada --why "the first was resected"
    """
    _decide(cohort, database, by, why, patient, lambda ask: ask.split(lesion, since), json=json)


def exclude_command(
    cohort: options.Cohort,
    lesion: Lesion,
    by: By,
    why: Why,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say that it is no lesion.

    It stays in the ledger and in the measurements, and counts in no response and no sum.

    Example: oncometry lesions exclude cohort L2 --by Ada --why "a vessel"
    """
    _decide(cohort, database, by, why, patient, lambda ask: ask.exclude(lesion), json=json)


def role_command(
    cohort: options.Cohort,
    lesion: Lesion,
    role: Annotated[LesionRole, typer.Argument(metavar="ROLE", help="target, non-target or new.")],
    by: By,
    why: Why,
    criteria: Criteria = None,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say what a lesion counts as: target, non-target or new.

    Example: oncometry lesions role cohort L3 non-target --criteria recist-1.1 --by Ada --why "cystic"
    """
    _decide(cohort, database, by, why, patient, lambda ask: ask.role(lesion, role, criteria), json=json)


def measure_command(
    cohort: options.Cohort,
    lesion: Lesion,
    at: At,
    by: By,
    why: Why,
    longest: Annotated[
        float | None, typer.Option("--longest-diameter", metavar="MM", help="In plane.")
    ] = None,
    short: Annotated[
        float | None, typer.Option("--short-axis", metavar="MM", help="The longest perpendicular to it.")
    ] = None,
    product: Annotated[
        float | None, typer.Option("--product", metavar="MM2", help="Of both, where they are not given.")
    ] = None,
    volume: Annotated[float | None, typer.Option("--volume", metavar="ML", help="In space.")] = None,
    compartment: Annotated[
        Compartment, typer.Option("--compartment", metavar="PART", help="whole, core, enhancing ...")
    ] = Compartment.WHOLE,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Give a lesion's sizes at a visit, by hand.

    A diameter by hand takes the place of both computed diameters and of their product, which belong together.

    Example: oncometry lesions measure cohort L1 --at 2 --longest-diameter 14.2 --by Ada --why "mask leaks into edema"
    """
    given = {
        Quantity.LONGEST_DIAMETER_MM: longest,
        Quantity.SHORT_AXIS_MM: short,
        Quantity.PRODUCT_MM2: product,
        Quantity.VOLUME_ML: volume,
    }
    sizes = {quantity: value for quantity, value in given.items() if value is not None}
    _decide(
        cohort, database, by, why, patient, lambda ask: ask.measure(lesion, at, sizes, compartment), json=json
    )


def state_command(
    cohort: options.Cohort,
    lesion: Lesion,
    state: Annotated[
        str, typer.Argument(metavar="STATE", help="absent, present or 'unequivocal progression'.")
    ],
    at: At,
    by: By,
    why: Why,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say how a lesion stands at a visit, by eye.

    Example: oncometry lesions state cohort L4 "unequivocal progression" --at 3 --by Ada --why "twice as large"
    """
    said = _word(NonTargetState, state)
    _decide(cohort, database, by, why, patient, lambda ask: ask.state(lesion, at, said), json=json)


def status_command(
    cohort: options.Cohort,
    lesion: Lesion,
    status: Annotated[
        str, typer.Argument(metavar="STATUS", help="absent, too-small, not-evaluable or not-imaged.")
    ],
    at: At,
    by: By,
    why: Why,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say why a lesion has no size at a visit.

    Example: oncometry lesions status cohort L1 not-evaluable --at 2 --by Ada --why "motion"
    """
    said = _word(LesionStatus, status)
    _decide(cohort, database, by, why, patient, lambda ask: ask.status(lesion, at, said), json=json)


def accept_command(
    cohort: options.Cohort,
    reader: Annotated[
        str,
        typer.Option("--reader", metavar="NAME", help="Whose response counts; 'oncometry' is this program."),
    ],
    by: By,
    why: Why,
    at: Annotated[
        str | None, typer.Option("--at", metavar="VISIT", help="Number, label or date of the visit [all].")
    ] = None,
    criteria: Criteria = None,
    patient: Patient = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say whose response counts.

    Example: oncometry lesions accept cohort --reader R2 --at 3 --patient P1 --by Adjudicator --why "R1 missed a node"
    """
    _decide(cohort, database, by, why, patient, lambda ask: ask.accept(reader, at, criteria), json=json)


def undo_command(
    cohort: options.Cohort,
    number: Annotated[str, typer.Argument(metavar="DECISION", help="Its number: 5, or decision:5.")],
    by: By,
    why: Why,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Take an earlier decision back.

    Example: oncometry lesions undo cohort decision:5 --by Ada --why "seen again on the next scan"
    """
    digits = number.removeprefix("decision:")
    if not digits.isdecimal():
        raise SettingsError(Code.SETTINGS, f"{number!r} is no number of a decision.")
    _decide(cohort, database, by, why, None, lambda ask: ask.undo(int(digits)), json=json)


def _word(words: type[Word], text: str) -> Word:
    """The word, or how one of them alone begins: too-small is 'too small to measure'."""
    plain = " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
    found = [word for word in words if f"{word.value.casefold()} ".startswith(f"{plain} ")]
    if len(found) == 1:
        return found[0]
    raise SettingsError(Code.SETTINGS, f"{text!r} is none of {', '.join(words)}.")


def _decide(
    cohort: Path,
    database: str | None,
    by: str,
    why: str,
    patient: str | None,
    ask: Callable[[Decider], list[Decision]],
    *,
    json: bool,
) -> None:
    """Check what was decided against the ledger, keep it, and say what applies it."""
    folder = CohortFolder.open(cohort, database)
    with one_writer(cohort, tell), folder.store(database) as store:
        ledger = lesion_ledger(store, patient)
        decided = ask(Decider(ledger, by, why, patient))
        held = in_force(ledger.decisions)
        kept = keep(store, decided, held)
    show_kept(kept, {decision.number for decision in held}, json=json)
