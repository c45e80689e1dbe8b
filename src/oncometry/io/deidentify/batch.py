"""All files of a run: copied, counted, and taken back where two differ in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from oncometry.core import Code, OncometryError, StoreError
from oncometry.core.printable import as_utf8
from oncometry.core.processors import cores
from oncometry.io.deidentify.claim import REVIEW, SCANS, SHEETS
from oncometry.io.deidentify.identifiers import Identifiers
from oncometry.io.deidentify.outcome import Deidentified, LeftOut
from oncometry.io.deidentify.planned import Plan, Seen, plans
from oncometry.io.deidentify.review import Review
from oncometry.io.deidentify.sheet import CleanSheet, clean_sheet
from oncometry.io.deidentify.taken import Met, Taken, Target, copy_sidecar, copy_volume, see, take
from oncometry.io.deidentify.texts import READ, texts_in
from oncometry.io.file_series import sidecar_of
from oncometry.io.files import write_text
from oncometry.io.intake import Progress, members, reason_of
from oncometry.io.isolation import isolated, isolated_each
from oncometry.io.manifest import FileKind
from oncometry.io.walk import Found

__all__ = ["Batch"]


DIFFERS = (
    "another file, of this or of an earlier run, says of itself that it is the same one, and differs from it."
)


class Batch:
    """Sees all files, then copies them, as all names are known, then settles."""

    def __init__(self, target: Target, progress: Progress | None) -> None:
        self._target, self._progress = target, progress
        self._review = Review()
        self._copies: dict[str, list[Path]] = defaultdict(list)
        self._digests: dict[str, set[str]] = defaultdict(set)
        self._homes: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._members: dict[Path, str] = {}
        self._others: dict[Path, Seen] = {}
        self._patients: dict[Path, str] = {}
        self._folders: dict[Path, tuple[str, ...]] = {}
        self._people: dict[str, Identifiers] = {}
        self._conflicting: set[str] = set()
        self.result = Deidentified()

    def see(self, waiting: list[Found], aside: Path) -> None:
        """Learn what each file is, also of archives unpacked aside, and what identifies the patients."""
        while waiting:
            repeats = sum(bool(f.repeats) for f in waiting)
            self._repeated(repeats)
            self.result.files += len(waiting) - repeats
            for unreadable in (f for f in waiting if f.problem):
                self._leave_out(unreadable.path, Code.UNREADABLE, f"{unreadable.problem}.")
            readable = {f.path: f for f in waiting if f.readable}
            archives: list[Seen] = []
            for path, answer in self._done("looking", see, ((path, self._target) for path in readable)):
                if isinstance(answer, Met):
                    self._meet(readable[path], answer)
                elif answer.kind is FileKind.ARCHIVE:
                    archives.append(Seen(readable[path], answer))
                else:
                    self._others[path] = Seen(readable[path], answer)
            waiting = [member for archive in archives for member in self._opened(archive, aside)]

    def leave_out(self, files: Collection[Path], code: Code, why: str) -> None:
        """Files that are not looked at."""
        self.result.files += len(files)
        for path in sorted(files):
            self._leave_out(path, code, why)

    def take(self) -> None:
        """Copy the DICOM files: words that identify in one file of a patient are looked for in all."""
        asked = [(path, self._target, self._people[patient]) for path, patient in self._patients.items()]
        for path, taken in self._done("de-identifying", take, asked):
            self._note(path, taken)
            self._homes[taken.subject.original_id].add(self._folders[path])

    def copy(self) -> None:
        """Copy volumes and the JSON files that belong to them; leave out the rest."""
        ready = self._planned()
        beside = {sidecar_of(path): plan for path, plan in ready.items() if sidecar_of(path) in self._others}
        for path, seen in self._others.items():
            if path not in beside and seen.look.content is None:
                self._leave_out(path, Code.NOT_AN_IMAGE, reason_of(seen.look.kind))
        volumes = [(self._others[path], self._target, plan) for path, plan in ready.items()]
        sidecars = [(path, self._target, plan) for path, plan in beside.items()]
        for path, taken in self._done("copying volumes", copy_volume, volumes):
            self._note(path, taken)
        for path, taken in self._done("copying sidecars", copy_sidecar, sidecars):
            self._note(path, taken)

    def copy_sheet(self, path: Path, columns: Mapping[str, str]) -> None:
        """Write the tables of a clinical sheet; ids are matched against those of the images.

        Raises:
            OncometryError: the sheet cannot be read, or names no patients.
        """
        known, target = frozenset(self.result.subjects), self._target
        clean: CleanSheet = isolated(clean_sheet, path, known, target.key, target.settings, dict(columns))
        self.result.files += 1
        self.result.written += 1
        self.result.columns_left_out += clean.columns_left_out
        for (header, code), count in sorted(clean.cells_left_out.items()):
            self.result.cells_left_out[f"{header}: {code}"] = count
        name = f"sheet-{target.key.name(str(path.resolve()))}"
        for earlier in (target.output / SHEETS).glob(f"{name}-*.csv"):
            earlier.unlink()
        for number, table in enumerate(clean.tables, start=1):
            place = f"{SHEETS}/{name}-{number}.csv"
            write_text(target.output / place, table)
            self.result.sheets.append(place)

    def settle(self) -> None:
        """Count; take back what stands for two instances that differ under one UID; write the review."""
        output = self._target.output
        for place, sources in self._copies.items():
            if len(self._digests[place]) > 1:
                for source in sources:
                    self._leave_out(source, Code.DUPLICATE_CONFLICT, DIFFERS)
                (output / place).unlink(missing_ok=True)
                self._review.drop(place)
            else:
                self.result.written += 1
                self.result.duplicates += len(sources) - 1
        for path, texts in self._done("reading earlier copies", texts_in, self._earlier()):
            self._review.add(path.relative_to(output).as_posix(), texts)
            self.result.of_other_version += self._target.anew
        self._review.write(output / REVIEW)

    def _meet(self, found: Found, met: Met) -> None:
        known = self._people.get(met.patient_id, Identifiers())
        if known.contradicts(met.identifiers):
            self._conflicting.add(met.patient_id)
            self.result.notices[Code.PATIENT_CONFLICT] = len(self._conflicting)
        self._people[met.patient_id] = known | met.identifiers
        self._patients[found.path] = met.patient_id
        self._folders[found.path] = found.parts[:-1]

    def _planned(self) -> dict[Path, Plan]:
        volumes = [seen for seen in self._others.values() if seen.look.content is not None]
        sidecars = [seen.found for seen in self._others.values() if seen.look.kind is FileKind.SIDECAR]
        homes = {patient: frozenset(folders) for patient, folders in self._homes.items()}
        ready = {}
        planned = plans(volumes, sidecars, homes, self._people, self._target.key, self._target.settings)
        for path, plan in planned.items():
            if isinstance(plan, Plan):
                ready[path] = plan
            else:
                self._refuse(path, plan)
        return ready

    def _earlier(self) -> Iterator[tuple[Path]]:
        """What earlier runs wrote: it belongs into the review too."""
        output = self._target.output
        for path in sorted((*(output / SCANS).rglob("*"), *(output / SHEETS).rglob("*"))):
            if path.name.endswith(READ) and path.relative_to(output).as_posix() not in self._review:
                yield (path,)

    def _done(
        self, stage: str, function: Callable[..., Any], asked: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[Path, Any]]:
        """(path, result) of each file, done in processes with limits; those left out are counted.

        Args:
            asked: arguments, the first of which is the file: its path, or as it was seen.
        """
        every = list(asked)
        for number, (arguments, answer) in enumerate(
            isolated_each(function, every, workers=cores()), start=1
        ):
            path = arguments[0].found.path if isinstance(arguments[0], Seen) else arguments[0]
            if isinstance(answer, OncometryError):
                self._refuse(path, answer)
            else:
                yield path, answer
            if self._progress is not None:
                self._progress(stage, number, len(every))

    def _opened(self, archive: Seen, aside: Path) -> list[Found]:
        try:
            found = members(archive.found, archive.look.sha256, aside, self._target.looking.max_file_gib)
        except OncometryError as error:
            self._refuse(archive.found.path, error)
            return []
        self.result.opened += 1
        fresh = [member for member in found if member.path not in self._members]
        self._repeated(len(found) - len(fresh))  # of an archive that is there twice
        inside = len(archive.found.shown)
        for member in fresh:
            self._members[member.path] = f"{self._name(archive.found.path)}{member.shown[inside:]}"
        return fresh

    def _repeated(self, number: int) -> None:
        """Files that are taken by another path."""
        self.result.files += number
        self.result.duplicates += number

    def _refuse(self, path: Path, error: OncometryError) -> None:
        if isinstance(error, StoreError):
            raise error
        self._leave_out(path, error.code, error.told)

    def _leave_out(self, path: Path, code: Code, why: str) -> None:
        self.result.left_out.append(LeftOut(self._name(path), code, why))

    def _name(self, path: Path) -> str:
        """Where a file lay: a member of an archive is no longer where it was unpacked when somebody looks."""
        return self._members.get(path) or as_utf8(str(path))

    def _note(self, source: Path, taken: Taken) -> None:
        self._copies[taken.place].append(source)
        self._digests[taken.place] |= taken.digests
        self._review.add(taken.place, taken.texts)
        self.result.emptied.update(taken.emptied)
        self.result.subjects.setdefault(taken.subject.original_id, taken.subject)
