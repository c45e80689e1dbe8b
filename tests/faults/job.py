"""The whole job of the small cohort in one process, for a test that lets it die: run, export, report, clinical.

python job.py INPUTS COHORT [DATABASE]
"""

from __future__ import annotations

import sys
import warnings
from concurrent.futures import Executor, Future
from pathlib import Path

from oncometry import Cohort
from oncometry.cli.carry_out import exit_for_summary
from oncometry.core import OncometryError
from oncometry.pipeline import RunRequest, Settings, SilentProgress, run
from oncometry.report import write_report

QUICK = Settings().changed({"preprocessing": {"bias_correction": False, "register_sequences": False}})


class Inline(Executor):
    """Does the work in this process, so that it is this process that dies."""

    def submit(self, function, /, *given, **named):
        future = Future()
        try:
            future.set_result(function(*given, **named))
        except Exception as error:  # noqa: BLE001 - the future carries it
            future.set_exception(error)
        return future


def main(inputs: Path, cohort: Path, database: str | None = None) -> int:
    """Exit status as that of `oncometry run`; failures and refused files on stderr."""
    request = RunRequest(
        (inputs / "scans",), cohort, clinical=inputs / "clinical.csv", settings=QUICK, database=database
    )
    warnings.simplefilter("ignore")
    try:
        ran = run(request, SilentProgress(), Inline())
        with Cohort.open(cohort, database) as opened:
            write_report(opened.table, cohort, jobs=1)
            opened.export(cohort.parent / "tables", {"csv"})
    except OncometryError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for failure in (*ran.summary.failures, *ran.summary.refused):
        sys.stderr.write(f"{failure}\n")
    return exit_for_summary(ran.summary)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
