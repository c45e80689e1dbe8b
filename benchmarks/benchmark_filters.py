"""Filters: how near the consensus maps of IBSI-2 they come, and what they cost in a region's box.

    ONCOMETRY_DATA=FOLDER python benchmarks/benchmark_filters.py [--write]

Both need public data (docs/real-data.md): reference/ibsi-2 and imaging/pyradiomics.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pywt
import SimpleITK as sitk  # noqa: N813

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from tests.reference.ibsi_2_filters import CONSENSUS, SPACING_MM  # noqa: E402

from oncometry.features.filters import Filter, PyradiomicsLog, PyradiomicsWavelet, Window  # noqa: E402
from page import processor, replace, today  # noqa: E402

PAGE = ROOT / "docs" / "conformance-filters.md"
TOLERANCE = 0.01
SIGMAS_MM = (1.0, 2.0, 3.0, 4.0, 5.0)
TIMES = 5


def _voxels(path: Path) -> np.ndarray:
    """(nk, nj, ni)."""
    return np.asarray(nib.load(path).dataobj, dtype=np.float64).T


def _maps(folder: Path) -> Iterator[str]:
    yield "| test | phantom | filter | largest difference, part of the range | verdict (at most 1 %) |"
    yield "|---|---|---|---|---|"
    for test, (phantom, one) in CONSENSUS.items():
        image = _voxels(folder / "phantoms" / "nifti" / phantom / "image" / f"{phantom}.nii.gz")
        expected = _voxels(folder / "response-maps" / f"{test.replace('.', '_')}-ValidCRM.nii.gz")
        part = np.abs(one.apply(image, SPACING_MM) - expected).max() / np.ptp(expected)
        verdict = "agrees" if part <= TOLERANCE else "**differs**"
        yield f"| {test} | {phantom} | `{one.name}` | {part:.1e} | {verdict} |"


def _best(work: Callable[[], Any]) -> float:
    """CPU milliseconds, the least of several."""
    found = []
    for _ in range(TIMES):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found) * 1000


def _simpleitk(image: sitk.Image, sigma_mm: float) -> sitk.Image:
    peer = sitk.LaplacianRecursiveGaussianImageFilter()
    peer.SetNumberOfThreads(1)
    peer.SetNormalizeAcrossScale(True)
    peer.SetSigma(sigma_mm)
    return peer.Execute(image)


def _wavelets(array: np.ndarray) -> dict[str, np.ndarray]:
    padded = np.pad(array, [(0, n % 2) for n in array.shape], "wrap")
    (found,) = pywt.swtn(padded, "coif1", level=1, start_level=0, axes=(2, 1, 0))
    nk, nj, ni = array.shape
    return {key.replace("a", "L").replace("d", "H"): value[:nk, :nj, :ni] for key, value in found.items()}


def _costs(folder: Path) -> Iterator[str]:
    image = sitk.ReadImage(str(folder / "brain1_image.nrrd"))
    label = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / "brain1_label.nrrd")))
    array, spacing_mm = sitk.GetArrayFromImage(image), image.GetSpacing()
    k, j, i = (slice(int(index.min()), int(index.max()) + 1) for index in np.nonzero(label))
    box = (k, j, i)
    logs: list[Filter] = [PyradiomicsLog(sigma_mm=sigma_mm) for sigma_mm in SIGMAS_MM]
    peers = [sitk.GetArrayFromImage(_simpleitk(image, sigma_mm)) for sigma_mm in SIGMAS_MM]
    yield "| brain1, in the box of its region | ours, CPU ms | whole image, CPU ms | largest difference, part of the range |"
    yield "|---|---|---|---|"
    whole = _best(lambda: [_simpleitk(image, sigma_mm) for sigma_mm in SIGMAS_MM])
    yield _row("5 LoG (SimpleITK)", logs, peers, (array, box, spacing_mm), whole)
    found = _wavelets(array)
    subbands: list[Filter] = [PyradiomicsWavelet(subband=subband) for subband in found]
    yield _row(
        "8 wavelets (PyWavelets)",
        subbands,
        list(found.values()),
        (array, box, spacing_mm),
        _best(lambda: _wavelets(array)),
    )


def _row(
    name: str,
    filters: list[Filter],
    peers: list[np.ndarray],
    given: tuple[np.ndarray, Window, tuple[float, float, float]],
    whole_ms: float,
) -> str:
    array, box, spacing_mm = given
    ours_ms = _best(lambda: [one.apply_to_box(array, box, spacing_mm) for one in filters])
    parts = [
        np.abs(one.apply_to_box(array, box, spacing_mm) - peer[box]).max() / np.ptp(peer[box])
        for one, peer in zip(filters, peers, strict=True)
    ]
    return f"| {name} | {ours_ms:.0f} | {whole_ms:.0f} | {max(parts):.0e} |"


def main() -> None:
    """Measure, print, and with --write put the tables into docs/conformance-filters.md."""
    if "ONCOMETRY_DATA" not in os.environ:
        sys.exit("ONCOMETRY_DATA does not name the data folder.")
    data = Path(os.environ["ONCOMETRY_DATA"])
    maps = "\n".join(_maps(data / "reference" / "ibsi-2"))
    costs = "\n".join(
        [f"Measured {today()} on {processor()}, one thread.", "", *_costs(data / "imaging" / "pyradiomics")]
    )
    sys.stdout.write(f"{maps}\n\n{costs}\n")
    if "--write" in sys.argv:
        replace("filters", maps, PAGE)
        replace("filter-costs", costs, PAGE)


if __name__ == "__main__":
    main()
