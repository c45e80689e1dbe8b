"""Every command with the mistakes that a new user makes: exit status and message, as they appear.

    python benchmarks/reliability_mistakes.py [--write] [--only WORD ...]

Each mistake is a process of its own, as typed. Locked folder, full disk, database server and its password are real:
root mounts a file system of 8 MiB and fills it, and then does without the right to pass over permissions; for another user
the mistakes with a full disk are left out. MariaDB as in tests/servers.py. An answer counts if the exit status and the
code are those expected, and there is no traceback. `--write` puts the table into docs/reliability.md; with `--only` the
rows of other commands stay as they were measured before.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import nibabel as nib
import numpy as np
from sqlalchemy import create_engine, text

from mistakes import MISTAKES, Mistake
from page import RELIABILITY, replace, today

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers import private_server

SHOWN = 300
PATIENCE_S = 300
DISK_KIB = 8192
LEFT_BYTES = 4096
IS_ROOT = os.geteuid() == 0
WITHOUT_RIGHTS = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if IS_ROOT else ()
LOCKED = {
    "sealed": 0o555,
    "locked": 0,
    "partly/locked": 0,
    "locked.nii.gz": 0,
    "locked.csv": 0,
    "locked.yaml": 0,
}
PROGRAM = {
    "name": "program",
    "version": "1",
    "task": "tumor",
    "format": "command",
    "inputs": ["T1c"],
    "scheme": "brats-2023",
    "regions": [{"name": "WT", "labels": [1, 2, 3]}],
    "command": {"arguments": ["nowhere", "{input}", "{output}"], "suffixes": ["_0000"]},
    "data": "none",
    "license": "MIT",
}
"""A network that is a program, which gives labels alone."""


@dataclass(frozen=True)
class Answer:
    """What the user gets."""

    code: int
    err: str
    out: str = ""

    @property
    def said(self) -> str:
        """The line that matters: the first that names an error, else the last; of `doctor`, what it says of the cohort."""
        if not self.err.strip():
            return next((line for line in self.out.splitlines() if line.startswith("cohort ")), "")
        lines = [line.strip(" │") for line in self.err.splitlines() if line.strip(" │╭╰─╮╯")]
        told = [
            line
            for line in lines
            if line.startswith(("error:", "refused:", "failed:", "nothing found:", "left out:"))
        ]
        return (told or lines or [""])[0 if told else -1]

    def fits(self, mistake: Mistake) -> bool:
        """Whether it is what was expected."""
        return self.code == mistake.exit and mistake.says in self.said and "Traceback" not in self.err


@dataclass(frozen=True)
class Desk:
    """Where a user types.

    Attributes:
        folder: the working folder.
        databases: word of a command -> the URL it stands for.
    """

    folder: Path
    databases: dict[str, str]

    def ask(self, typed: str, number: int = 0) -> Answer:
        """Type it; `number` makes the place that `new` stands for."""
        words = [self._word(word, number) for word in typed.split()]
        environment = {**os.environ, "HOME": str(self.folder), "COLUMNS": "400", "NO_COLOR": "1"}
        ran = subprocess.run(
            [*WITHOUT_RIGHTS, sys.executable, "-m", "oncometry.cli", *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        said = (text.replace(f"new{number}", "new") for text in (ran.stderr, ran.stdout))
        return Answer(ran.returncode, *said)

    def _word(self, word: str, number: int) -> str:
        if word in self.databases:
            return self.databases[word]
        return word.replace("new", f"new{number}") if word.split("/")[0] == "new" or "/new" in word else word

    def must(self, typed: str) -> None:
        """Type what is no mistake."""
        answer = self.ask(typed)
        if answer.code != 0:
            raise SystemExit(f"`{typed}` ended with {answer.code}: {answer.err}")


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """A small file system at `place`, where that may be mounted."""
    if not IS_ROOT:
        yield
        return
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_KIB}k", "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """URLs of a database with a user and a password, and of such as cannot be had."""
    with private_server("mariadb") as root:
        engine = create_engine(root)
        with engine.begin() as connection:
            for statement in (
                "CREATE DATABASE onco CHARACTER SET utf8mb4",
                "CREATE USER onco@'127.0.0.1' IDENTIFIED BY 'right'",
                "GRANT ALL ON onco.* TO onco@'127.0.0.1'",
            ):
                connection.execute(text(statement))
        engine.dispose()
        good = root.set(username="onco", password="right", database="onco")
        named = {"URL": good, "WRONG": good.set(password="wrong"), "NOWHERE": good.set(port=9)}
        yield {word: url.render_as_string(hide_password=False) for word, url in named.items()}


def learned() -> dict[str, str]:
    """A table to learn from, its experiment, and experiments that something is wrong with."""
    sheet = "patient,age,late,pcr,one,days\n" + "".join(
        f"P{i},{50 + i % 17},{i % 5},{'yes' if i % 3 else 'no'},no,{i}\n" for i in range(12)
    )
    whole = (
        "name: learn\ntables: [{file: learn.csv, patient: patient}]\n"
        "endpoint: {name: pcr, kind: binary, column: pcr, positive: ['yes']}\n"
        "features: [{block: clinical, columns: [age, late]}]\n"
    )
    ends = "endpoint: {name: pcr, kind: binary, column: pcr, positive: ['yes']}"
    return {
        "learn.csv": sheet,
        "learn.yaml": whole,
        "learn-few.yaml": whole,
        "learn-nowhere.yaml": whole.replace("learn.csv", "nowhere.csv"),
        "learn-column.yaml": whole.replace("[age, late]", "[age, weight]"),
        "learn-outcome.yaml": whole.replace("[age, late]", "[age, pcr]"),
        "learn-one.yaml": whole.replace(
            ends, "endpoint: {name: one, kind: binary, column: one, positive: ['no']}"
        ),
        "learn-time.yaml": whole.replace(
            ends, "endpoint: {name: os, kind: survival, time: days, event: pcr, observed: ['yes']}"
        ),
        "learn-model.yaml": whole + "models: [cox]\n",
        "learn-two.yaml": whole + "cohort: cohort\n",
        "learn-empty.yaml": "# nothing yet\n",
        "learn-typo.yaml": whole.replace("clinical", "clincal") + "validaton: {folds: 3}\n",
    }


def lay_out(folder: Path) -> None:
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
    for name, content in {
        "text.txt": "not an image\n",
        "broken.yaml": "curate: [unfinished\n",
        "unknown.yaml": "curate: {schema: brats-2023}\n",
        "value.yaml": "measurement: {join_mm: near}\n",
        "heads.yaml": "name: heads\ndata: {kind: heads, folder: nowhere}\n",
        "scanned.yaml": "name: scanned\ndata: {kind: heads, folder: scans}\n",
        "patch.yaml": "name: patch\ndata: {kind: heads, folder: scans}\nlearning: {patch: [90, 96, 96]}\n",
        "cases.yaml": "name: own\ndata: {kind: brats, folder: empty}\n",
        "nnunet.yaml": "name: own\ndata: {kind: nnunet, folder: empty}\n",
        "kind.yaml": "name: own\ndata: {kind: bids, folder: empty}\n",
        "scheme.yaml": "name: own\ndata: {kind: brats, folder: empty, scheme: brats}\n",
        "patient.yaml": "name: own\ndata: {kind: brats, folder: empty, patient: '(unclosed'}\n",
        "folds.yaml": "name: own\ndata: {kind: brats, folder: empty}\ncross_validation: {folds: 1}\n",
        "both.yaml": "name: own\ndata: {kind: brats, folder: empty, held_out: 0.2}\ncross_validation: {folds: 5}\n",
        "cohort.yaml": "name: own\ndata: {kind: cohort, folder: empty}\n",
        "ran.yaml": "name: own\ndata: {kind: cohort, folder: cohort}\n",
        "whose.yaml": "name: own\ndata: {kind: cohort, folder: scans, patient: '(.+)'}\n",
        "locked.yaml": "{}\n",
        "program.json": json.dumps(PROGRAM),
        "dosiomics.yaml": "dose: {features: ibsi}\n",
        "dose-bin.yaml": "dose: {features: true, feature_bin_gy: 0}\n",
        "saliency.yaml": "segmentation: {network: program.json, saliency: true}\n",
        "sheet.csv": "patient_id,sex\n001,F\n",
        "lesions.csv": "patient,day,lesion,role,diameter_mm\n001,0,L1,target,20\n001,42,L1,target,12\n",
        "reads.csv": "patient,day,lesion,reader,diameter_mm\n001,0,L1,Dr. A,20\n",
        "twice.csv": "patient,day,lesion,role,diameter_mm\n001,0,L1,target,20\n001,9,L1,target,20\n001,9,L1,target,21\n",
        "undated.csv": "patient,visit,lesion,role,diameter_mm\n001,a,L1,target,20\n001,b,L1,target,12\n",
        "sizes.csv": "patient,day,size_mm\n001,0,20\n001,42,22\n001,84,25\n",
        "unitless.csv": "patient,day,size\n001,0,20\n001,42,22\n001,84,25\n",
        "negative.csv": "patient,day,size_mm\n001,0,20\n001,42,22\n001,84,-25\n001,85,24\n",
        "day-twice.csv": "patient,day,size_mm\n001,0,20\n001,42,22\n001,42,25\n001,84,25\n",
        **learned(),
        "lines.mrk.json": '{"markups": [{"type": "Line", "name": "L1", "controlPoints": '
        '[{"position": [0, 0, 0]}, {"position": [9, 0, 0]}]}]}',
        "locked.csv": "patient_id,sex\n001,F\n",
        "made.model.json": '{"format": 1}',
        "text.model.json": "not a card\n",
        "nobody.csv": "age,sex\n70,F\n",
    }.items():
        (folder / name).write_text(content)
    for name in ("empty", "other", "scans", "locked", "sealed"):
        (folder / name).mkdir()
    (folder / "other" / "thesis.doc").write_text("mine")
    for name in ("image", "mask"):
        shutil.copy(folder / f"{name}.nii.gz", folder / "scans" / f"001_{name}.nii.gz")
        shutil.copy(folder / f"{name}.nii.gz", folder / "locked")
    shutil.copy(folder / "mask.nii.gz", folder / "locked.nii.gz")
    shutil.copytree(folder / "scans", folder / "partly")
    shutil.copytree(folder / "scans", folder / "partly" / "locked")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Files and folders that may not be read or written meanwhile."""
    for name, mode in LOCKED.items():
        (folder / name).chmod(mode)
    try:
        yield
    finally:
        for name in LOCKED:
            (folder / name).chmod(0o700)


def make_cohorts(desk: Desk) -> None:
    """Cohorts: one as it should be, one on the server, and those that something is wrong with."""
    folder = desk.folder
    for typed in (
        "run scans -o cohort -q",
        "run scans -o served -q --database URL",
        "deidentify scans -o clean --key secret.key --new-key",
        "deidentify scans -o clean-2 --key another.key --new-key",
        "db backup cohort",
    ):
        desk.must(typed)
    (backup,) = (folder / "cohort" / "backups").glob("*.db")
    for path in backup.parent.glob(f"{backup.stem}*"):
        shutil.copy(path, folder / path.name.replace(backup.stem, "backup"))
        shutil.copy(path, folder / path.name.replace(backup.stem, "cut"))
    (folder / "cut.db").write_bytes(backup.read_bytes()[:50_000])
    for name in ("newer", "older", "damaged"):
        shutil.copytree(folder / "cohort", folder / name)
    for name, change in {
        "newer": "UPDATE alembic_version SET version_num = '9999'",
        "older": "ALTER TABLE patient RENAME TO person",
    }.items():
        with closing(sqlite3.connect(folder / name / "oncometry.db")) as database, database:
            database.execute(change)
    (folder / "damaged" / "oncometry.db").write_bytes(b"no database" * 5000)
    if IS_ROOT:
        shutil.copytree(folder / "cohort", folder / "full" / "cohort")
        left = shutil.disk_usage(folder / "full").free
        (folder / "full" / "taken").write_bytes(bytes(max(left - LEFT_BYTES, 0)))


def row(mistake: Mistake, answer: Answer, desk: Desk) -> str:
    """A line of the table; one that is not as expected says so."""
    said = " ".join(answer.said.split()).replace(f"{desk.folder}/", "").replace(str(desk.folder), ".")
    for word, url in desk.databases.items():
        said = said.replace(url, word)
    shown = said.replace("|", "\\|").replace("<", "&lt;")
    shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 3]}..."
    wrong = "" if answer.fits(mistake) else f" **expected {mistake.exit}, {mistake.says}**"
    return f"| `{mistake.typed}` | {answer.code} | {shown}{wrong} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="*", default=[""], metavar="WORD")
    chosen = parser.parse_args()
    asked = [
        m for m in MISTAKES if m.typed.startswith(tuple(chosen.only)) and (IS_ROOT or "full/" not in m.typed)
    ]
    with tempfile.TemporaryDirectory() as name, server() as databases, small_disk(Path(name) / "full"):
        folder = Path(name)
        lay_out(folder)
        desk = Desk(folder, databases)
        make_cohorts(desk)
        answers, rows = [], []
        with locked(folder), ThreadPoolExecutor(2) as pool:
            for number, answer in enumerate(pool.map(desk.ask, (m.typed for m in asked), count())):
                answers.append(answer)
                rows.append(row(asked[number], answer, desk))
                print(rows[-1], flush=True)
    good = sum(a.fits(m) for m, a in zip(asked, answers, strict=True))
    print(f"{good} of {len(asked)} are answered as they should be.")
    if chosen.write:
        before = {} if chosen.only == [""] else rows_before()
        now = {m.typed: line for m, line in zip(asked, rows, strict=True)}
        replace("mistakes", page_of({**before, **now}, chosen.only if before else []), RELIABILITY)


def rows_before() -> dict[str, str]:
    """What is typed -> its line on the page."""
    inside = RELIABILITY.read_text(encoding="utf-8").split("<!-- BEGIN mistakes -->")[1]
    lines = inside.split("<!-- END mistakes -->")[0].splitlines()
    return {line.split("`")[1]: line for line in lines if line.startswith("| `")}


def page_of(rows: dict[str, str], only: list[str]) -> str:
    """The table, in the order of the list, with what it comes to; mistakes that are on the list no more are left out.

    Args:
        only: commands that were asked now, where the others were asked before.
    """
    shown = [rows[m.typed] for m in MISTAKES if m.typed in rows]
    good = sum("**expected" not in line for line in shown)
    asked = (
        ""
        if len(shown) == len(MISTAKES)
        else f" {len(MISTAKES) - len(shown)} more of the list were not asked yet."
    )
    when = f"{today()}, those of {', '.join(only)}; others as they were measured before" if only else today()
    made = (
        f"{when}. {good} of {len(shown)} mistakes are answered with the exit status and the code that they should, "
        f"and no traceback.{asked}"
    )
    return "\n".join([made, "", "| typed | exit | answer |", "|---|---|---|", *shown])


if __name__ == "__main__":
    main()
