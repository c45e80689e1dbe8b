"""Which device computes maps, and what is said where there is none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from oncometry.core import Code, Compartment, Geometry, Image, Segment, Segmentation, SettingsError
from oncometry.features import (
    Device,
    FeatureMap,
    MapSettings,
    cuda_devices,
    cuda_is_built,
    device,
    feature_maps,
    profile_named,
)

from .twins import EMULATED, NO_DEVICE

no_device = pytest.mark.skipif(bool(cuda_devices()), reason="there is a CUDA device here")
MAKEFILE = Path(__file__).parents[2] / "Makefile"
FAMILIES = ("glcm", "glrlm", "glszm", "ngldm", "ngtdm", "intensity_statistics")


@pytest.fixture(params=["emulated", "device"])
def twins(request, monkeypatch):
    """What asks for cuda gets the emulation, or a device where there is one."""
    if request.param == "device":
        if not cuda_devices():
            pytest.skip(NO_DEVICE)
        return
    pytest.importorskip(EMULATED).set_lanes(1)
    monkeypatch.setattr(device, "_CUDA", EMULATED)


def maps_on(where: Device, profile: str, features: tuple[str, ...]) -> list[FeatureMap]:
    rng = np.random.default_rng(0)
    grid = Geometry.from_parts((7, 6, 5), (1.0, 1.0, 2.0))
    mask = np.zeros(grid.shape, bool)
    mask[1:6, 1:5, 1:4] = True
    segmentation = Segmentation(grid, (Segment.from_mask(1, "part", Compartment.WHOLE, mask),))
    image = Image(rng.normal(50, 20, grid.shape), grid)
    settings = MapSettings(features=features, radius=1, device=where)
    return list(feature_maps(image, segmentation, profile_named(profile), settings))


@pytest.mark.skipif(shutil.which("nvcc") is None, reason="there is no nvcc")
def test_where_nvcc_is_the_twins_are_built():
    assert cuda_is_built()


def test_no_build_has_what_the_last_one_left():
    """All build in one folder, where CMake keeps what it was told: the emulation must not come into a wheel."""
    recipes = [line for line in MAKEFILE.read_text().splitlines() if "--no-build-isolation" in line]
    assert len(recipes) == 4
    assert [("--editable" in line, "$(TWINS)" in line, "$(NO_TWINS)" in line) for line in recipes].count(
        (True, True, False)
    ) == 1
    assert all("$(TWINS)" in line or "$(NO_TWINS)" in line for line in recipes)


@no_device
@pytest.mark.skipif(not cuda_is_built(), reason="there are no CUDA twins in this installation")
def test_twins_without_a_device_say_so():
    assert cuda_devices() == []
    with pytest.raises(SettingsError, match="no CUDA device, or no driver") as caught:
        maps_on(Device.CUDA, "pyradiomics", ("glcm",))
    assert caught.value.code is Code.DEVICE_MISSING


def test_an_installation_without_twins_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr(device, "_CUDA", "oncometry._no_such_twins")
    assert cuda_devices() == []
    with pytest.raises(SettingsError, match="built from source where nvcc is found"):
        device.check_device(Device.CUDA)


@pytest.mark.usefixtures("twins")
@pytest.mark.parametrize(("profile", "features"), [("pyradiomics", ("all",)), ("ibsi", FAMILIES)])
def test_every_map_is_the_same_wherever_it_is_computed(profile, features):
    """Values, not bits: sums may be added up in another order."""
    there, here = maps_on(Device.CUDA, profile, features), maps_on(Device.CPU, profile, features)
    assert [m.tag for m in there] == [m.tag for m in here]
    assert len(here) >= 93
    for found, expected in zip(there, here, strict=True):
        np.testing.assert_allclose(found.array, expected.array, rtol=1e-9, atol=1e-9, err_msg=found.tag)


@pytest.mark.usefixtures("twins")
def test_the_maps_say_where_they_were_computed():
    there, here = (maps_on(where, "pyradiomics", ("JointEntropy",)) for where in (Device.CUDA, Device.CPU))
    assert there[0].source.map_hash != here[0].source.map_hash
    assert json.loads(MapSettings(device=Device.CUDA).canonical_json)["device"] == "cuda"


def test_auto_is_the_cpu_until_a_measurement_says_otherwise():
    chosen, here = (maps_on(where, "pyradiomics", ("glcm",)) for where in (Device.AUTO, Device.CPU))
    assert [m.array.tobytes() for m in chosen] == [m.array.tobytes() for m in here]


@pytest.mark.parametrize("family", ["glcm", "glrlm", "glszm", "gldm", "ngtdm"])
def test_what_a_device_refuses_is_an_error_of_ours(monkeypatch, family):
    def refuses(*_: object, **__: object) -> None:
        raise RuntimeError("no memory on the device: out of memory")

    names = ("glcm_map", "glrlm_map", "zone_map", "neighborhood_map")
    twins = SimpleNamespace(devices=lambda: ["one"], **dict.fromkeys(names, refuses))
    monkeypatch.setattr(device, "cuda_is_built", lambda: True)
    monkeypatch.setattr(device.importlib, "import_module", lambda _: twins)
    with pytest.raises(SettingsError, match="out of memory") as caught:
        maps_on(Device.CUDA, "pyradiomics", (family,))
    assert caught.value.code is Code.DEVICE_FAILED
