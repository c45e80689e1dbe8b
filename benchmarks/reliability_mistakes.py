"""Every command with the mistakes that a new user makes: exit status and message, as they appear.

    python benchmarks/reliability_mistakes.py [--write]

Each mistake is a process of its own, as typed. What counts: the exit status is that of the README's list, the last
line says `error:` (or how the command is used), and there is no traceback. `--write` puts the table into
docs/reliability.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np

from page import RELIABILITY, replace, today

SHOWN = 150
BAD_DATABASE = "mysql+pymysql://nobody:wrong@127.0.0.1:9/none"
MISTAKES = [
    "run nowhere -o new",
    "run image.nii.gz",
    "run empty -o new",
    "run text.txt -o new",
    "run cut.nii.gz -o new",
    "run scans -o text.txt",
    "run scans -o other",
    "run scans -o scans/inside",
    "run cohort -o cohort",
    "run scans -o new --clinical nowhere.xlsx",
    "run scans -o new --config broken.yaml",
    "run scans -o new --scheme brats",
    "run scans -o new --jobs none",
    f"run scans -o new --database {BAD_DATABASE}",
    "run scans -o new --database oracle://x",
    "run scans -o /proc/new",
    "run locked -o new",
    "run scans -o /dev/full/new",
    "curate nowhere -o new",
    "curate scans",
    "measure nowhere.nii.gz",
    "measure image.nii.gz",
    "measure empty",
    "measure cut.nii.gz",
    "measure mask.nii.gz --image nowhere",
    "measure mask.nii.gz --image other.nii.gz",
    "measure zeros.nii.gz",
    "measure text.txt",
    "measure mask.nii.gz --scheme none",
    "labels nowhere",
    "labels image.nii.gz",
    "labels cut.nii.gz",
    "labels text.txt",
    "clinical nowhere.csv cohort",
    "clinical cohort text.txt",
    "clinical image.nii.gz cohort",
    "clinical ids.csv nowhere",
    "report nowhere",
    "report scans",
    "report old",
    "report text.txt",
    f"report cohort --database {BAD_DATABASE}",
    "export nowhere -o out",
    "export cohort --to pdf -o out",
    "export cohort",
    "export cohort -o text.txt",
    "export cohort -o /proc/out",
    "why cohort nonsense",
    "why cohort measurement:99999",
    "why measurement:1 cohort",
    "why nowhere measurement:1",
    "db check nowhere",
    "db check scans",
    "db upgrade old",
    "db upgrade nowhere",
    "doctor nowhere",
    "doctor scans",
    "demo",
    "demo -o other",
    "demo -o new --patients 0",
    "demo -o new --anatomy nowhere.nii.gz",
    "config show --config broken.yaml",
    "config show --config nowhere.yaml",
    "frobnicate",
]


@dataclass(frozen=True)
class Answer:
    """What the user gets."""

    code: int
    err: str

    @property
    def said(self) -> str:
        """The line that matters: the first that names an error, else the last."""
        lines = [line.strip(" │") for line in self.err.splitlines() if line.strip(" │╭╰─╮╯")]
        told = [
            line for line in lines if line.startswith(("error:", "refused:", "failed:", "nothing found:"))
        ]
        return (told or lines or [""])[0 if told else -1]

    @property
    def is_good(self) -> bool:
        return self.code in (1, 2, 3, 4, 8) and bool(self.said) and "Traceback" not in self.err


def asked(command: str, folder: Path, number: int = 0) -> Answer:
    """Type it."""
    ran = subprocess.run(
        [sys.executable, "-m", "oncometry.cli", *command.replace("-o new", f"-o new{number}").split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Answer(ran.returncode, ran.stderr)


def prepare(folder: Path) -> None:
    """The files that the mistakes are made with."""
    image = np.random.default_rng(1).integers(0, 4000, (24, 24, 12)).astype(np.int16)
    mask = np.zeros((24, 24, 12), np.uint8)
    mask[8:16, 8:16, 4:8] = 1
    for name, array, step in (
        ("image", image, 1),
        ("mask", mask, 1),
        ("zeros", mask * 0, 1),
        ("other", image, 3),
    ):
        nib.save(nib.Nifti1Image(array, np.diag([step, step, step, 1.0])), folder / f"{name}.nii.gz")
    (folder / "cut.nii.gz").write_bytes((folder / "mask.nii.gz").read_bytes()[:-40])
    (folder / "text.txt").write_text("not an image\n")
    (folder / "broken.yaml").write_text("curate: [unfinished\n")
    (folder / "ids.csv").write_text("patient_id,date\n001,2020-01-01\n")
    for name in ("empty", "other", "scans", "locked"):
        (folder / name).mkdir()
    (folder / "other" / "thesis.doc").write_text("mine")
    for name in ("image", "mask"):
        (folder / "scans" / f"001_{name}.nii.gz").write_bytes((folder / f"{name}.nii.gz").read_bytes())
    (folder / "locked" / "a.nii.gz").write_bytes((folder / "image.nii.gz").read_bytes()[:60])
    (folder / "locked").chmod(0)
    made = asked("run scans -o cohort -q", folder)
    if made.code != 0:
        raise SystemExit(f"the cohort could not be made: {made.err}")
    (folder / "old" / ".oncometry").mkdir(parents=True)
    marker = (folder / "cohort" / ".oncometry" / "cohort.json").read_text()
    (folder / "old" / ".oncometry" / "cohort.json").write_text(marker.replace('"format": 1', '"format": 99'))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        answers = [(typed, asked(typed, folder, number)) for number, typed in enumerate(MISTAKES)]
        (folder / "locked").chmod(0o755)
        rows = [
            f"| `{command.replace(BAD_DATABASE, 'URL')}` | {answer.code} | {_shown(answer.said, folder)} |"
            for command, answer in answers
        ]
    good = sum(answer.is_good for _, answer in answers)
    made = f"{today()}. {good} of {len(answers)} mistakes are answered with an exit status, a message and no traceback."
    content = "\n".join([made, "", "| typed | exit | answer |", "|---|---|---|", *rows])
    print(content)
    if chosen.write:
        replace("mistakes", content, RELIABILITY)


def _shown(line: str, folder: Path) -> str:
    plain = line.replace(f"{folder}/", "").replace("|", "\\|").replace("<", "&lt;")
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 3] + "..."


if __name__ == "__main__":
    main()
