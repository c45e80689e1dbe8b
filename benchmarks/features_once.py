"""One program on one case, run by that program's own Python: prints seconds, memory and values as JSON.

    PYTHON benchmarks/features_once.py oncometry|pyradiomics|flash IMAGE MASK [--repeat N] [--filters] [--no-file]

Seconds are CPU seconds of this process, the best of N, from images in memory to a dictionary of features, provenance
on; on one thread unless `--threads` (ours alone) says otherwise. Memory is what the work added to the process at its peak
(Linux tells; elsewhere there is none).
flash-radiomics writes an HDF5 file with each extraction; `--no-file` leaves that out. `--ibsi` (ours alone) computes
every feature of IBSI-1 instead of the 107 of PyRadiomics' classes. `--processes N` does it in so many processes at the
same time (where processes can be forked); the wall time is until the last of them is done. `--map CLASS` makes images of
a class's features instead, of windows five voxels wide; their values are sums over the region.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CLASSES = ("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")
LOG_SIGMA_MM = [1.0, 2.0, 3.0, 4.0, 5.0]
BIN_WIDTH = 25
MAP_RADIUS = 2
Job = Callable[[], dict[str, Any]]
Wait = Callable[[], object]


def pyradiomics(image: Any, mask: Any, asked: argparse.Namespace) -> Job:
    """PyRadiomics' job."""
    from radiomics.featureextractor import RadiomicsFeatureExtractor  # noqa: PLC0415 -- its own Python has it

    made = RadiomicsFeatureExtractor(binWidth=BIN_WIDTH, additionalInfo=True, kernelRadius=MAP_RADIUS)
    _set_up(made, filters=asked.filters)
    if asked.map is None:
        return lambda: dict(made.execute(image, mask))
    made.disableAllFeatures()
    made.enableFeatureClassByName(asked.map)
    return lambda: dict(made.execute(image, mask, voxelBased=True))


def flash(image: Any, mask: Any, asked: argparse.Namespace) -> Job:
    """flash-radiomics' job; what it keeps of an earlier call is not used again."""
    from flash_radiomics import RadiomicsFeatureExtractor  # noqa: PLC0415 -- its own Python has it

    made = RadiomicsFeatureExtractor(backend="cpu", binWidth=BIN_WIDTH, additionalInfo=True)
    _set_up(made, filters=asked.filters)
    made._get_cached_preprocessed = lambda _key: None
    if asked.no_file:
        made._save_extraction_hdf5 = lambda **_: None
    path = str(Path(tempfile.mkdtemp(prefix="peer-")) / "features.h5")
    return lambda: dict(made.execute(image, mask, output_hdf5_path=path))


def _set_up(extractor: Any, *, filters: bool) -> None:
    extractor.disableAllFeatures()
    for family in CLASSES:
        extractor.enableFeatureClassByName(family)
    if filters:
        extractor.enableImageTypeByName("LoG", customArgs={"sigma": LOG_SIGMA_MM})
        extractor.enableImageTypeByName("Wavelet")


def oncometry(image: Any, mask: Any, asked: argparse.Namespace) -> Job:
    """Ours."""
    from oncometry import as_image, as_segmentation  # noqa: PLC0415 -- peers' Pythons have it not
    from oncometry.features import extract, profile_named, spec_of  # noqa: PLC0415

    kinds = {"Original": {}} | ({"LoG": {"sigma": LOG_SIGMA_MM}, "Wavelet": {}} if asked.filters else {})
    parameters = {"setting": {"binWidth": BIN_WIDTH}, "imageType": kinds}
    spec = profile_named("ibsi") if asked.ibsi else spec_of(parameters)
    picture, regions = as_image(image), as_segmentation(mask)
    if asked.map is not None:
        from oncometry.features import MapSettings, feature_maps  # noqa: PLC0415

        maps = MapSettings(features=(asked.map,), radius=MAP_RADIUS)
        return lambda: {m.tag: m.array for m in feature_maps(picture, regions, spec, maps)}

    def job() -> dict[str, Any]:
        vectors = extract(picture, regions, spec, threads=asked.threads)
        return {value.tag: value.value for vector in vectors for value in vector.values}

    return job


def memory_mb(what: str) -> float | None:
    """What Linux tells of this process: 'VmRSS' now, after which the peak counts anew, or 'VmHWM', the peak."""
    status, peak = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not status.exists():
        return None
    if what == "VmRSS":
        peak.write_text("5")
    line = next(line for line in status.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1e3


@contextmanager
def side_by_side(job: Job, processes: int, repeat: int) -> Iterator[tuple[Wait, Wait]]:
    """Others that do the same; what waits until all begin, and until all have ended, of each repetition."""
    if processes == 1:
        yield lambda: None, lambda: None
        return
    forked = multiprocessing.get_context("fork")
    gate = forked.Barrier(processes)

    def work() -> None:
        for _ in range(repeat):
            gate.wait()
            job()
            gate.wait()

    others = [forked.Process(target=work) for _ in range(processes - 1)]
    for other in others:
        other.start()
    yield gate.wait, gate.wait
    for other in others:
        other.join()


def number(value: Any) -> float:
    """A value, or the sum of a map's."""
    import numpy as np  # noqa: PLC0415 -- after the variables
    import SimpleITK as sitk  # noqa: N813, PLC0415

    return float(np.nansum(sitk.GetArrayFromImage(value) if isinstance(value, sitk.Image) else value))


def main() -> None:
    """Time it and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", choices=("oncometry", "pyradiomics", "flash"))
    parser.add_argument("image")
    parser.add_argument("mask")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--filters", action="store_true")
    parser.add_argument("--no-file", action="store_true")
    parser.add_argument("--ibsi", action="store_true")
    parser.add_argument("--map", choices=CLASSES[1:])
    asked = parser.parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    import SimpleITK as sitk  # noqa: N813, PLC0415 -- after the variables

    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    logging.disable(logging.CRITICAL)
    image, mask = sitk.ReadImage(asked.image), sitk.ReadImage(asked.mask)
    job = {"oncometry": oncometry, "pyradiomics": pyradiomics, "flash": flash}[asked.program](
        image, mask, asked
    )
    before_mb = memory_mb("VmRSS")
    cpu, wall = [], []
    with side_by_side(job, asked.processes, asked.repeat) as (begin, end):
        for _ in range(asked.repeat):
            begin()
            began, clock = time.process_time(), time.perf_counter()
            found = job()
            cpu.append(time.process_time() - began)
            end()
            wall.append(time.perf_counter() - clock)
    peak_mb = memory_mb("VmHWM")
    values = {
        name: value if value is None else number(value)
        for name, value in found.items()
        if "diagnostics" not in name
    }
    told = {
        "cpu_s": min(cpu),
        "wall_s": min(wall),
        "extra_mb": None if before_mb is None or peak_mb is None else peak_mb - before_mb,
        "values": values,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
