"""Settings of filters: one type for all, written and read again, each with a name of its own."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError
from tests.reference.ibsi_2_filters import CONSENSUS

from oncometry.features.filters import (
    Boundary,
    FilterSettings,
    Gabor,
    LaplacianOfGaussian,
    Laws,
    Mean,
    Pooling,
    PyradiomicsLog,
    PyradiomicsWavelet,
    SeparableWavelet,
)

ANY = TypeAdapter(FilterSettings)


@pytest.mark.parametrize("test", CONSENSUS)
def test_written_and_read_again(test):
    _, one = CONSENSUS[test]
    assert ANY.validate_json(ANY.dump_json(one)) == one


def test_no_two_filters_share_a_name():
    filters = {one for _, one in CONSENSUS.values()}
    assert len({one.name for one in filters}) == len(filters)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (Mean(support=5), "mean-5"),
        (LaplacianOfGaussian(sigma_mm=1.5, dimensions=2, boundary=Boundary.ZERO), "log-sigma-1.5mm-2D-zero"),
        (
            Laws(kernels="L5E5", pooling=Pooling.MAXIMUM, energy_distance=7),
            "laws-L5E5-energy-7-2D-rotated-max",
        ),
        (SeparableWavelet(wavelet="db2", subband="LHL"), "wavelet-db2-LHL-level-1"),
        (PyradiomicsLog(sigma_mm=3), "log-sigma-3-mm-3D"),
        (PyradiomicsLog(sigma_mm=3.0), "log-sigma-3-0-mm-3D"),
        (PyradiomicsWavelet(subband="HHL"), "wavelet-HHL"),
        (PyradiomicsWavelet(subband="HHL", level=2), "wavelet2-HHL"),
    ],
)
def test_names(one, name):
    assert one.name == name


@pytest.mark.parametrize(
    ("kind", "values", "quoted"),
    [
        (Mean, {"support": 4}, "odd.*4"),
        (Laws, {"kernels": "L5X5"}, "L5X5"),
        (Laws, {"kernels": "L5"}, "two or three"),
        (SeparableWavelet, {"wavelet": "morl", "subband": "LL"}, "morl"),
        (SeparableWavelet, {"wavelet": "db2", "subband": "LHM"}, "LHM"),
        (PyradiomicsWavelet, {"subband": "LH"}, "3 axes"),
        (PyradiomicsWavelet, {"subband": "LHH", "left_out": 0}, "2 axes"),
        (LaplacianOfGaussian, {"sigma_mm": 0}, "greater than 0"),
        (LaplacianOfGaussian, {"sigma_mm": 1, "sigma": 2}, "sigma"),
        (Gabor, {"sigma_mm": 1, "wavelength_mm": 2, "gamma": 0}, "greater than 0"),
    ],
)
def test_what_does_not_hold_is_refused(kind, values, quoted):
    with pytest.raises(ValidationError, match=quoted):
        kind(**values)
