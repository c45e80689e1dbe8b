"""Any program that reads NIfTI files and writes a label map: no shell, a time limit, its exit code told."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code, Contrast, CorruptInputError, Image, NothingFoundError, UnsupportedError
from oncometry.io.read_path import read_volume
from oncometry.io.write_nifti import write_volume
from oncometry.segmentation.admission import admit
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.channels import refuse_missing
from oncometry.segmentation.foreign.label_map import segmented_labels
from oncometry.segmentation.foreign.limited_run import run_limited
from oncometry.segmentation.foreign_rules import INPUT, OUTPUT, CommandLine
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.registry import FoundNetwork
from oncometry.segmentation.segmenter import Segmented, Segmenter

__all__ = ["CommandNetwork", "read"]

RESULT = "labels.nii.gz"
CASE = "case"
TOLD = 400
"""Characters of what a program said that are told when it fails."""


@dataclass(frozen=True, eq=False)
class CommandNetwork:
    """A program behind the one protocol.

    Attributes:
        card: with its command.
        command: the card's.
    """

    card: NetworkCard
    command: CommandLine

    def segment(self, images: Mapping[Contrast, Image], *, brain_mask: Image | None = None) -> Segmented:  # noqa: ARG002
        """As the protocol says; the program sees the images as they were given, and no brain mask.

        Raises:
            UnsupportedError, CorruptInputError, GeometryError: as `admit`; `CORRUPT` where the program fails, takes too long,
                writes nothing, or labels that the card does not name; `GEOMETRY_MISMATCH` where it writes another grid.
            NothingFoundError: `NOTHING_FOUND`, there is no such program.
        """
        refuse_missing(images, self.card)
        admitted, notices = admit(images, self.card)
        reference = next(iter(admitted.values()))
        with tempfile.TemporaryDirectory(prefix="oncometry-command-") as folder:
            place = Path(folder)
            self._put(admitted, place / "input")
            result = place / RESULT
            self._run(place)
            if not result.is_file():
                raise self._failed("it ended well, but wrote no label map.")
            found = read_volume(result, interpolation="nearest")
        return segmented_labels(found, self.card, reference, self._name, tuple(notices), self.command.labels)

    @property
    def _name(self) -> str:
        return f"command {Path(self.command.arguments[0]).name}"

    def _put(self, images: Mapping[Contrast, Image], folder: Path) -> None:
        """The images, named as the program wants them."""
        order = (
            list(images)[:1]
            if Contrast.UNKNOWN in self.card.inputs
            else [c for c in self.card.inputs if c in images]
        )
        suffixes = self.command.suffixes
        for contrast in order:
            at = 0 if Contrast.UNKNOWN in self.card.inputs else self.card.inputs.index(contrast)
            write_volume(images[contrast], folder / f"{CASE}{suffixes[at]}.nii.gz")

    def _run(self, place: Path) -> None:
        filled = [
            argument.replace(INPUT, str(place / "input")).replace(OUTPUT, str(place / RESULT))
            for argument in self.command.arguments
        ]
        try:
            ended = run_limited(filled, place, self.command.timeout_s, told=TOLD)
        except subprocess.TimeoutExpired as error:
            raise self._failed(
                f"it was stopped after {self.command.timeout_s:g} s, with all that it had started."
            ) from error
        except FileNotFoundError as error:
            raise NothingFoundError(
                Code.NOTHING_FOUND,
                f"the network {self.card.name} is the program {filled[0]!r}, which is not here.",
                advice="Install it, or correct the `command` of the card.",
            ) from error
        except OSError as error:
            raise self._failed(f"it cannot be run: {error.strerror}.") from error
        if ended.code != 0:
            raise self._failed(f"it ended with exit code {ended.code}: {ended.said or 'it said nothing'}")

    def _failed(self, what: str) -> CorruptInputError:
        return CorruptInputError(
            Code.CORRUPT,
            f"the program of the network {self.card.name} gave no result: {what}",
            advice="Try its command by hand; the card says what is run.",
        )


def read(found: FoundNetwork, settings: InferenceSettings, brain: Segmenter | None) -> CommandNetwork:  # noqa: ARG001
    """The program of a card; it is run when it segments, not before. Settings and brain network are not its concern.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, the card names no program, or too few suffixes for its inputs.
    """
    command, card = found.card.command, found.card
    if command is None or len(command.suffixes) != len(card.inputs):
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"the card of {card.name} needs a command with as many suffixes as it has inputs, {len(card.inputs)}.",
            path=found.path,
        )
    return CommandNetwork(card, command)
