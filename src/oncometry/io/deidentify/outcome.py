"""What came of de-identification: numbers, which may be shown, and names, which are as secret as the originals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from oncometry.core import Code
from oncometry.io.deidentify.subject import Subject

__all__ = ["Deidentified", "LeftOut", "by_code"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that was not copied.

    Attributes:
        file: its absolute path; of a member of an archive, that of the archive and, after a '!', its own.
        why: what is wrong with it, and what to do. It may quote the file.
    """

    file: str
    code: Code
    why: str


@dataclass
class Deidentified:
    """What came of it: `files = written + duplicates + opened + quarantined`.

    Attributes:
        files: how many came in; members of archives are files.
        written, duplicates: how many went out; how many were the same content in the same place again.
        opened: archives, whose members were taken.
        notices: what was written and is doubtful: `PATIENT_CONFLICT`, ids under which files tell more than one name or
            birth date, and which became one pseudonym.
        emptied: attributes that the profile keeps -> how often one was emptied because of what it said.
        of_other_version: copies of an earlier run, made by another version, that were not made anew.
        sheets: tables of the clinical sheet, below the output.
        columns_left_out: of the sheet, by place.
        cells_left_out: 'header: code' -> how many cells of columns that stay were left out.
        left_out: files that are quarantined. It identifies: it is written only where the user says.
        subjects: original id -> patient. It identifies likewise.
    """

    files: int = 0
    written: int = 0
    duplicates: int = 0
    opened: int = 0
    notices: Counter[Code] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)
    of_other_version: int = 0
    sheets: list[str] = field(default_factory=list)
    columns_left_out: list[str] = field(default_factory=list)
    cells_left_out: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list, repr=False)
    subjects: dict[str, Subject] = field(default_factory=dict, repr=False)

    @property
    def quarantined(self) -> Counter[Code]:
        """Code -> how many files were left out."""
        return Counter(each.code for each in self.left_out)


def by_code(counts: Mapping[Code, int]) -> dict[str, int]:
    """Counts by what the codes are called, in their order."""
    return {code.value: count for code, count in sorted(counts.items())}
