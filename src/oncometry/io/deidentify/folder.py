"""De-identify what lies below the inputs: files in = written + duplicate + opened + quarantined with a code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pydicom

from oncometry.core import Code, OncometryError, StoreError
from oncometry.core.processors import cores
from oncometry.io.deidentify.claim import claim, is_of_this_version, sign
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.review import Review, Text, texts_of
from oncometry.io.deidentify.settings import DeidentifySettings
from oncometry.io.deidentify.subject import Subject
from oncometry.io.deidentify.taken import Taken, Target, take
from oncometry.io.files import sweep
from oncometry.io.isolation import isolated_each
from oncometry.io.look import LookSettings
from oncometry.io.walk import walk

__all__ = ["Deidentified", "deidentify"]

Progress = Callable[[str, int, int], None]


@dataclass
class Deidentified:
    """What came of it.

    Attributes:
        files: how many came in.
        written, duplicates: how many went out; how many were the same instance with the same content again.
        quarantined: code -> how many were left out.
        subjects: original id -> patient. It identifies: it is written only where the user says.
    """

    files: int = 0
    written: int = 0
    duplicates: int = 0
    quarantined: Counter[Code] = field(default_factory=Counter)
    subjects: dict[str, Subject] = field(default_factory=dict, repr=False)


def deidentify(
    inputs: Sequence[Path],
    output: Path,
    key: Key,
    settings: DeidentifySettings | None = None,
    *,
    looking: LookSettings | None = None,
    progress: Progress | None = None,
) -> Deidentified:
    """Write clean copies below `output`, with names of our own, and the table for review.

    Each file is read in a process with limits. What an earlier run under the same key left stays.

    Raises:
        SettingsError: the output holds something else, another key's files, or an input lies in it.
        NothingFoundError: an input does not exist.
        StoreError: `WRITE_FAILED`.
    """
    chosen = settings or DeidentifySettings()
    found = walk(inputs)
    claim(inputs, output, key, chosen)
    run = _Run(Target(output, key, chosen, anew=not is_of_this_version(output)))
    run.result.files = len(found)
    run.result.quarantined.update(Code.UNREADABLE for f in found if f.problem)
    paths = [f.path for f in found if not f.problem]
    run.take(paths, looking or LookSettings(), progress)
    run.settle()
    sign(output, key, chosen)
    return run.result


class _Run:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._review = Review()
        self._copies: dict[str, int] = Counter()
        self._digests: dict[str, set[str]] = defaultdict(set)
        self.result = Deidentified()

    def take(self, paths: Sequence[Path], looking: LookSettings, progress: Progress | None) -> None:
        asked = [(path, self._target, looking) for path in paths]
        answers = isolated_each(take, asked, workers=cores())
        for done, (_, answer) in enumerate(answers, start=1):
            if isinstance(answer, StoreError):
                raise answer
            if isinstance(answer, OncometryError):
                self.result.quarantined[answer.code] += 1
            elif isinstance(answer, Taken):
                self._note(answer)
            else:
                self.result.quarantined[Code.NOT_AN_IMAGE] += 1
            if progress is not None:
                progress("de-identifying", done, len(asked))

    def _note(self, taken: Taken) -> None:
        self._copies[taken.place] += 1
        self._digests[taken.place] |= taken.digests
        self._review.add(taken.place, taken.texts)
        self.result.subjects.setdefault(taken.subject.original_id, taken.subject)

    def settle(self) -> None:
        """Count; take back what stands for two instances that differ under one UID; write the review."""
        output = self._target.output
        for place, copies in self._copies.items():
            if len(self._digests[place]) > 1:
                self.result.quarantined[Code.DUPLICATE_CONFLICT] += copies
                (output / place).unlink(missing_ok=True)
                self._review.drop(place)
            else:
                self.result.written += 1
                self.result.duplicates += copies - 1
        sweep(output)
        self._add_earlier()
        self._review.write(output / "review")

    def _add_earlier(self) -> None:
        """The texts of what earlier runs wrote."""
        output = self._target.output
        left = [path for path in output.rglob("*.dcm") if str(path.relative_to(output)) not in self._review]
        for (path,), texts in isolated_each(texts_in, [(path,) for path in left], workers=cores()):
            if isinstance(texts, OncometryError):
                raise texts
            self._review.add(str(path.relative_to(output)), texts)


def texts_in(path: Path) -> tuple[Text, ...]:
    """The texts of a file of ours."""
    return tuple(texts_of(pydicom.dcmread(path, stop_before_pixels=True)))
