"""Networks are found by name where they are shipped or installed, else by path."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.segmentation import registry
from oncometry.segmentation.opening import open_network
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.registry import Origin, found_networks, network_named, shipped_network

from .made_network import ARCHITECTURE, random_weights, written

BRAIN = {
    "name": "starter-brain",
    "task": "brain",
    "field": (32, 32, 32),
    "inputs": ("unknown",),
    "scheme": None,
    "regions": ({"name": "brain", "labels": (1,)},),
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that ships what the test puts here."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    monkeypatch.setattr(registry, "SHIPPED", folder)
    return folder


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "installed"
    monkeypatch.setenv("ONCOMETRY_NETWORKS", str(folder))
    return folder


def test_without_the_variable_networks_lie_in_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONCOMETRY_NETWORKS", raising=False)
    monkeypatch.setattr(registry.sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert registry.installed_folder() == Path("/data/oncometry/networks")


def test_a_name_is_looked_up_shipped_then_installed_and_a_path_is_a_path(
    shipped: Path, installed: Path, tmp_path: Path
) -> None:
    weights = random_weights(ARCHITECTURE)
    written(shipped, weights, name="starter-tumor", version="shipped")
    written(installed, weights, name="starter-tumor", version="other")
    written(installed, weights, name="mine")
    written(tmp_path, weights, name="by-path")
    found = network_named("starter-tumor")
    assert (found.origin, found.card.version) == (Origin.SHIPPED, "shipped")
    assert network_named("mine").origin is Origin.INSTALLED
    for suffix in ("json", "safetensors"):
        assert network_named(str(tmp_path / f"by-path.{suffix}")).origin is Origin.PATH
    listed, notices = found_networks()
    assert [(n.card.name, n.origin) for n in listed] == [("starter-tumor", "shipped"), ("mine", "installed")]
    assert "that of a shipped network" in str(notices[0])


def test_a_card_that_cannot_be_read_or_has_another_name_is_told_and_the_rest_is_listed(
    shipped: Path, installed: Path
) -> None:
    written(installed, random_weights(ARCHITECTURE), name="mine")
    shutil.copy(installed / "mine.json", installed / "yours.json")
    (installed / "broken.json").write_text("{}")
    listed, notices = found_networks()
    assert [n.card.name for n in listed] == ["mine"]
    assert {n.code for n in notices} == {Code.CORRUPT, Code.MISNAMED}


def test_what_is_not_there_is_told_with_what_is(shipped: Path, installed: Path) -> None:
    with pytest.raises(NothingFoundError, match="none is shipped or installed"):
        network_named("starter-tumor")
    written(installed, random_weights(ARCHITECTURE), name="mine")
    with pytest.raises(NothingFoundError, match="there are mine"):
        network_named("nowhere.safetensors")
    assert shipped_network("tumor") is None
    with pytest.raises(NothingFoundError, match="no tumor network came"):
        open_network()


def test_the_shipped_brain_network_serves_unless_another_or_none_is_named(
    shipped: Path, installed: Path
) -> None:
    weights = random_weights(ARCHITECTURE)
    one = ARCHITECTURE.model_copy(update={"inputs": 1, "outputs": 1})
    written(shipped, weights, name="starter-tumor")
    assert open_network().brain is None
    written(shipped, random_weights(one), architecture=one, **BRAIN)
    written(installed, random_weights(one), architecture=one, **BRAIN | {"name": "my-brain"})
    served = {named: open_network(brain=named) for named in (None, "none", "my-brain")}
    assert all(isinstance(network, OwnNetwork) for network in served.values())
    names = {named: network.brain and network.brain.card.name for named, network in served.items()}
    assert names == {None: "starter-brain", "none": None, "my-brain": "my-brain"}
    assert open_network("starter-brain").brain is None
    with pytest.raises(SettingsError, match="does not find the brain"):
        open_network(brain="starter-tumor")
