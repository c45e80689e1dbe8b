"""Two million feature values to one table, a row a region and a column a feature: from SQLite and from MariaDB.

    python benchmarks/benchmark_feature_table.py [--values N] [--repeat N] [--write]

The cohort is made up (tests/store/build.py): regions of 16 parts in two images at four dates a patient, and 1,015 features of
each with random numbers, one in a hundred missing, which are put in by plain inserts. MariaDB is a private server
(tests/servers.py); it is left out where there is none. Reading runs in a process of its own, which gives its seconds, the best
of N, and its peak memory; the server's are not in it. Every number is then compared with what was put in, bit by bit.
`--write` replaces the section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import create_engine, delete, insert, select

from oncometry.store import FILE_NAME, Store
from oncometry.store.tables import Extraction, FeatureDefinition, FeatureValue, table_of
from page import processor, replace, today
from reliability_scale import BULK, ROOT, Size, fill

sys.path.insert(0, str(ROOT))

from tests.servers import NotHere, new_database, private_server

FEATURES = 1015
REGIONS_OF_PATIENT = 128
AT_ONCE = 50_000
MISSING = 0.01
WANTED_S = {"SQLite": 4.0, "MariaDB": 10.0}
WANTED_MB = 1000


def numbers(regions: int) -> NDArray[np.float64]:
    """(regions, features) over forty orders of magnitude, NaN where one is missing."""
    rng = np.random.default_rng(0)
    found = rng.standard_normal((regions, FEATURES)) * 10.0 ** rng.uniform(-20, 20, (1, FEATURES))
    found[rng.random(found.shape) < MISSING] = np.nan
    return found


def put_in(cohort: Path, url: str | None, values: int) -> int:
    """Make the cohort; gives its number of regions."""
    patients = max(1, round(values / (REGIONS_OF_PATIENT * FEATURES)))
    fill(cohort, url, patients, Size(BULK, statistics=1, features=2))
    engine = create_engine(url or f"sqlite:///{cohort / FILE_NAME}")
    x, d, v = table_of(Extraction), table_of(FeatureDefinition), table_of(FeatureValue)
    with engine.begin() as connection:
        regions = connection.scalars(
            select(x.c.id).where(x.c.parameter_set_id.is_not(None)).order_by(x.c.id)
        ).all()
        connection.execute(
            delete(v).where(v.c.extraction_id.in_(select(x.c.id).where(x.c.parameter_set_id.is_not(None))))
        )
        made = [
            {
                "family": "made",
                "name": f"f{n}",
                "tag": f"made_{n:04}",
                "filter": "original",
                "unit": "1",
                "ibsi_id": None,
            }
            for n in range(FEATURES)
        ]
        connection.execute(insert(d), made)
        tags = select(d.c.id).where(d.c.family == "made").order_by(d.c.tag)
        columns = connection.scalars(tags).all()
        rows = [
            {"extraction_id": region, "feature_definition_id": column, "value": None if np.isnan(one) else one,
             "reason": "CONSTANT" if np.isnan(one) else None}
            for region, line in zip(regions, numbers(len(regions)).tolist(), strict=True)
            for column, one in zip(columns, line, strict=True)
        ]  # fmt: skip
        for start in range(0, len(rows), AT_ONCE):
            connection.execute(insert(v), rows[start : start + AT_ONCE])
    engine.dispose()
    return len(regions)


def read(cohort: Path, url: str | None, repeat: int) -> dict[str, float]:
    """In the child: read the table, then compare it with what was put in."""
    wall, cpu = [], []
    with Store.open(cohort, url) as store:
        store.table("software")  # a connection, and what is imported on first use
        before = peak_mb()
        for _ in range(repeat):
            start = time.perf_counter(), time.process_time()
            table = store.table("features_wide")
            wall.append(time.perf_counter() - start[0])
            cpu.append(time.process_time() - start[1])
    peak = peak_mb()
    found = table[[f"made_{n:04}" for n in range(FEATURES)]].to_numpy()
    expected = numbers(len(table))
    order_of_regions = {line.tobytes(): at for at, line in enumerate(expected)}
    same = sorted(order_of_regions.get(np.ascontiguousarray(line).tobytes(), -1) for line in found)
    exact = same == list(range(len(table)))
    return {
        "wall": min(wall),
        "cpu": min(cpu),
        "peak": peak,
        "before": before,
        "values": found.size,
        "exact": exact,
    }


def peak_mb() -> float:
    """Largest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_child(cohort: Path, url: str | None, repeat: int) -> dict[str, float]:
    """What `read` gives in a fresh process."""
    command = [sys.executable, __file__, "--read", str(cohort), "--repeat", str(repeat)]
    environment = os.environ | {"TABLE_DATABASE": url or ""}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def row(name: str, told: dict[str, float]) -> str:
    """A row of the page."""
    holds = told["exact"] and told["wall"] <= WANTED_S[name] and told["peak"] <= WANTED_MB
    print(f"{name}: {told} {'holds' if holds else 'DOES NOT HOLD'}", flush=True)
    return (
        f"| {name} | {told['values'] / 1e6:.2f} | {told['wall']:.1f} | {told['cpu']:.1f} | {WANTED_S[name]:g} |"
        f" {told['peak']:.0f} | {WANTED_MB} | {'yes' if told['exact'] else 'NO'} |"
    )


def measure(values: int, repeat: int) -> list[str]:
    """A row a database."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        put_in(Path(folder), None, values)
        rows.append(row("SQLite", in_child(Path(folder), None, repeat)))
    try:
        with (
            private_server("mariadb") as server,
            tempfile.TemporaryDirectory() as folder,
            new_database(server) as url,
        ):
            put_in(Path(folder), url, values)
            rows.append(row("MariaDB", in_child(Path(folder), url, repeat)))
    except NotHere as error:
        print(error, file=sys.stderr)
    return rows


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--values", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read is not None:
        print(json.dumps(read(asked.read, os.environ["TABLE_DATABASE"] or None, asked.repeat)))
        return
    head = (
        f"`Store.table('features_wide')`, the best of {asked.repeat}. {today()}, {processor()}, {os.cpu_count()} cores,"
        f" load of the machine {os.getloadavg()[0]:.1f}: wall seconds are those of an idle one only where it is below 1.\n\n"
        "| database | million values | s | CPU s | at most s | peak MB | at most MB | equal to the bit |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    content = "\n".join([head, *measure(asked.values, asked.repeat)])
    if asked.write:
        replace("feature table", content)


if __name__ == "__main__":
    main()
