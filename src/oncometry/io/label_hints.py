"""What place and name of a label map say of its numbers: `dataset.json` of nnU-Net, the prefix of a data set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from oncometry.io.json_file import read_json_file

__all__ = ["DATASET_FILE", "LabelHints", "channel_names", "hints_beside", "hints_of"]

DATASET_FILE = "dataset.json"
PREFIXES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?i)brats-ped-"), ("brats-peds-3", "brats-peds-4")),
    (re.compile(r"(?i)brats-(?:gli|ssa)-"), ("brats-2023", "brats-2024")),
    # Metastases (arXiv:2306.00838) and meningiomas (arXiv:2305.07642) number as gliomas after treatment do.
    (re.compile(r"(?i)brats-(?:met|men)-"), ("brats-2024",)),
    (re.compile(r"(?i)brats(?:1[7-9]|20(?:1[7-9]|2[01])?|21)_"), ("brats-2017-2021",)),
    (re.compile(r"BRATS_\d{3}(?!\d)"), ("msd-brain-tumour",)),
    (re.compile(r"DeepBraTumIA"), ("lumiere",)),
)


@dataclass(frozen=True)
class LabelHints:
    """What is said of a label map beside it.

    Attributes:
        names: (value, name) as the data set's own file says.
        schemes: those that the data set of that name uses, the likeliest first.
    """

    names: tuple[tuple[int, str], ...] = ()
    schemes: tuple[str, ...] = ()


def hints_of(places: Sequence[str], dataset_file: Path | None) -> LabelHints:
    """Hints of a file.

    Args:
        places: its name and the folders above it, the nearest first.
        dataset_file: `dataset.json` of the data set it lies in.
    """
    names = _label_names(dataset_file) if dataset_file is not None else ()
    for place in places:
        for pattern, schemes in PREFIXES:
            if pattern.match(place):
                return LabelHints(names, schemes)
    return LabelHints(names)


def hints_beside(path: Path) -> LabelHints:
    """Hints of a file that was given by itself."""
    places = path.absolute().parts[::-1]
    found = (folder / DATASET_FILE for folder in path.absolute().parents[:2])
    return hints_of(places[:5], next((f for f in found if f.is_file()), None))


def channel_names(dataset_file: Path) -> Mapping[int, str]:
    """Channel number -> name; empty where the file says nothing."""
    content = read_json_file(dataset_file)
    stated = content.get("channel_names") or content.get("modality")
    if not isinstance(stated, dict):
        return {}
    return {int(number): str(name) for number, name in stated.items() if str(number).isdigit()}


def _label_names(dataset_file: Path) -> tuple[tuple[int, str], ...]:
    """Value -> name; of regions that hold a value (nnU-Net's lists) the smallest names it.

    The Decathlon writes {"1": "edema"}, nnU-Net {"edema": 1} or {"whole tumor": [1, 2, 3]}.
    """
    stated = read_json_file(dataset_file).get("labels")
    if not isinstance(stated, dict):
        return ()
    named: dict[int, tuple[int, str]] = {}
    for key, value in stated.items():
        if isinstance(value, str):
            numbers, name = [key], value
        else:
            numbers, name = value if isinstance(value, list) else [value], key
        for number in numbers:
            if str(number).isdigit() and int(number) != 0:
                named[int(number)] = min(named.get(int(number), (len(numbers), name)), (len(numbers), name))
    return tuple(sorted((number, name) for number, (_, name) in named.items()))
