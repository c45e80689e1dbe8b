"""Networks are installed whole, with the hash that was stated, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, CorruptInputError, OncometryError, SettingsError, UnsupportedError
from oncometry.segmentation import fetch as fetching
from oncometry.segmentation.fetch import _OnlyHttps, fetch
from oncometry.segmentation.install import InstallRequest, install
from oncometry.segmentation.known_networks import known_networks
from oncometry.segmentation.network_files import check_files, files_of, folder_hash
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.registry import network_named

from .made_network import ARCHITECTURE, random_weights, written

URL = "https://example.org/networks/made.json"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "installed"
    monkeypatch.setenv("ONCOMETRY_NETWORKS", str(folder))
    return folder


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A network's card."""
    written(tmp_path / "made", random_weights(ARCHITECTURE))
    return tmp_path / "made" / "made.json"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Address -> what it gives, in place of the network."""
    pages: dict[str, bytes] = {}

    class Opener:
        def open(self, url: str, timeout: float) -> io.BytesIO:
            return io.BytesIO(pages[url])

    monkeypatch.setattr(fetching, "build_opener", lambda *_: Opener())
    return pages


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_network_by_path_is_found_by_its_name(installed: Path, made: Path) -> None:
    weights = made.with_suffix(".safetensors")
    install(InstallRequest(str(weights), sha256(weights)))
    assert sorted(path.name for path in installed.iterdir()) == ["made.json", "made.safetensors"]
    assert OwnNetwork.read(network_named("made").path).card.name == "made"
    install(InstallRequest(str(made)))  # again: nothing to object to


def test_another_network_of_the_name_is_replaced_only_when_asked(
    installed: Path, made: Path, tmp_path: Path
) -> None:
    install(InstallRequest(str(made)))
    written(tmp_path / "other", random_weights(ARCHITECTURE, seed=1))
    other = tmp_path / "other" / "made.json"
    with pytest.raises(SettingsError, match="another network made is installed"):
        install(InstallRequest(str(other)))
    install(InstallRequest(str(other), replace=True))
    assert sha256(installed / "made.safetensors") == sha256(other.with_suffix(".safetensors"))


def test_by_address_the_card_is_vouched_for_by_its_hash_and_the_weights_by_the_card(
    installed: Path, made: Path, served: dict[str, bytes]
) -> None:
    served[URL] = made.read_bytes()
    served[URL.replace(".json", ".safetensors")] = made.with_suffix(".safetensors").read_bytes()
    install(InstallRequest(URL, sha256(made)))
    assert network_named("made").card.name == "made"


def test_an_address_may_have_a_query(installed: Path, made: Path, served: dict[str, bytes]) -> None:
    served[f"{URL}?download=1"] = made.read_bytes()
    weights = made.with_suffix(".safetensors").read_bytes()
    served[f"{URL.replace('.json', '.safetensors')}?download=1"] = weights
    install(InstallRequest(f"{URL}?download=1", sha256(made)))
    assert network_named("made").card.name == "made"


def folder_of(place: Path, *folds: int) -> Path:
    """Files of an nnU-Net result, as far as installing looks at them."""
    files = {"dataset.json": b"{}", "plans.json": b"{}"}
    files |= {f"fold_{fold}/checkpoint_final.pth": bytes([fold]) for fold in folds}
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    card = {
        "name": "result", "version": "1", "task": "brain", "format": "nnunet", "inputs": ["unknown"], "scheme": None,
        "regions": [{"name": "brain", "labels": [1]}], "data": "", "license": "",
        "sha256": folder_hash(place, files_of("nnunet", place)),
    }  # fmt: skip
    place.with_name(f"{place.name}.json").write_text(json.dumps(card))
    return place


def test_a_folder_has_the_hash_that_was_stated_and_leaves_nothing_of_the_one_it_replaces(
    installed: Path, tmp_path: Path
) -> None:
    install(InstallRequest(str(folder_of(tmp_path / "two", 0, 1))))
    one = folder_of(tmp_path / "one", 0)
    with pytest.raises(CorruptInputError, match="MODEL_TAMPERED"):
        install(InstallRequest(str(one), "0" * 64, replace=True))
    found = install(InstallRequest(str(one), folder_hash(one, files_of("nnunet", one)), replace=True))
    check_files(found.card, found.path)
    assert [path.name for path in (installed / "result").glob("fold_*/*")] == ["checkpoint_final.pth"]


@pytest.mark.parametrize("harmed", ["card", "weights"])
def test_what_has_another_hash_is_not_kept(
    installed: Path, made: Path, served: dict[str, bytes], harmed: str
) -> None:
    card, weights = made.read_bytes(), made.with_suffix(".safetensors").read_bytes()
    served[URL] = card.replace(b'"data":', b'"data" :') if harmed == "card" else card
    served[URL.replace(".json", ".safetensors")] = weights[:-1] if harmed == "weights" else weights
    with pytest.raises(CorruptInputError) as caught:
        install(InstallRequest(URL, sha256(made)))
    assert caught.value.code is Code.MODEL_TAMPERED
    assert not installed.exists()


@pytest.mark.parametrize(
    ("source", "digest", "says"),
    [
        (URL, None, "needs --sha256"),
        (URL, "12ab", "64 hexadecimal digits"),
        (URL.replace("https", "http"), "0" * 64, "https only"),
        ("file:///etc/passwd.json", "0" * 64, "https only"),
        ("https://example.org/networks.zip", "0" * 64, "is no card"),
    ],
    ids=["no hash", "short hash", "http", "file", "archive"],
)
def test_addresses_that_are_not_taken(installed: Path, source: str, digest: str | None, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        install(InstallRequest(source, digest))


def test_a_redirection_to_http_is_not_followed_and_a_flood_is_not_kept(
    tmp_path: Path, served: dict[str, bytes]
) -> None:
    with pytest.raises(SettingsError, match="https only"):
        _OnlyHttps().redirect_request(None, None, 302, "", None, "http://example.org/a")  # type: ignore[arg-type]
    served[URL] = bytes(100)
    with pytest.raises(UnsupportedError) as caught:
        fetch(URL, "0" * 64, tmp_path / "a", largest=99)
    assert caught.value.code is Code.TOO_LARGE
    assert list(tmp_path.iterdir()) == []


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_in_the_weights_is_found(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("made")
    written(folder, {"head.bias": random_weights(ARCHITECTURE)["head.bias"]})
    weights = folder / "made.safetensors"
    content = bytearray(weights.read_bytes())
    content[place % len(content)] ^= 1 << bit
    weights.write_bytes(content)
    with pytest.raises(OncometryError, match="MODEL_TAMPERED"):
        install(InstallRequest(str(weights)))


def test_known_networks_say_where_they_are_under_what_terms_and_what_to_do() -> None:
    known = known_networks()
    assert len({network.name for network in known}) == len(known) > 10
    for network in known:
        assert all(str(value).strip() for value in network.model_dump().values()), network.name
        assert network.citation.startswith(("doi:", "arXiv:"))
