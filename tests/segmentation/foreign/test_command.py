"""A program segments behind the one protocol: what it is given, what it gives, and every way in which it fails."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oncometry.core import Contrast, OncometryError
from oncometry.io import write_volume
from oncometry.one_segmentation import segment_images
from oncometry.segmentation.install import InstallRequest, install
from oncometry.segmentation.opening import open_network
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.trust import trust_notices, trust_of

from ..made_network import REGIONS, centered, head

PROGRAM = """
import array, gzip, pathlib, struct, sys
folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
assert sorted(p.name for p in folder.iterdir()) == ["case_0000.nii.gz", "case_0001.nii.gz"]
content = gzip.decompress((folder / "case_0001.nii.gz").read_bytes())
header, values = bytearray(content[:352]), array.array("f", content[352:])
struct.pack_into("<hh", header, 70, 2, 8)
labels = bytes(2 if value > 150 else 0 for value in values)
with gzip.open(out, "wb", 1) as stream:
    stream.write(bytes(header) + labels)
"""
SHIFTED = PROGRAM.replace(
    "labels =",
    "struct.pack_into('<f', header, 268, 99.0); struct.pack_into('<f', header, 292, 99.0); labels =",
)
SHORT = PROGRAM.replace("labels =", "struct.pack_into('<h', header, 46, 33); labels =").replace(
    "+ labels", "+ labels[: 30 * 32 * 33]"
)


def made(folder: Path, program: str, **command: Any) -> Segmenter:
    """The program behind a card."""
    folder.mkdir(exist_ok=True)
    script = folder / "program.py"
    script.write_text(program)
    line = {
        "arguments": [sys.executable, "-I", str(script), "{input}", "{output}"],
        "suffixes": ["_0000", "_0001"],
    }
    card = {
        "name": "program",
        "version": "1",
        "task": "tumor",
        "format": "command",
        "inputs": ["T1c", "FLAIR"],
        "scheme": "brats-2023",
        "regions": REGIONS,
        "command": line | command,
        "data": "none",
        "license": "MIT",
    }
    (folder / "program.json").write_text(json.dumps(card))
    return open_network(folder / "program.json", "none")


@pytest.fixture(scope="module")
def images() -> dict[Contrast, Any]:
    given = head(centered((30, 32, 34), (2.0, 2.0, 2.0)))
    return {contrast: given[contrast] for contrast in (Contrast.T1C, Contrast.FLAIR)}


def test_its_label_map_is_the_result_and_nothing_is_said_of_how_sure_it_is(
    tmp_path: Path, images: dict[Contrast, Any]
) -> None:
    network = made(tmp_path, PROGRAM)
    found = network.segment(images)
    np.testing.assert_array_equal(found.segmentation.mask(2), np.asarray(images[Contrast.FLAIR].array) > 150)
    trust = trust_of(found)
    assert trust["WT"].volume_ml == pytest.approx(found.segmentation[2].voxels * 0.008)
    assert (trust["WT"].expected_dice, trust["ET"].volume_ml) == (None, 0)
    assert "gives no probabilities" in str(trust_notices(trust, found.card)[0])
    line = network.card.command
    assert line is not None
    assert network.card.sha256 == hashlib.sha256("\0".join(line.arguments).encode()).hexdigest()


def test_files_without_probabilities_have_no_file_of_them(
    tmp_path: Path, images: dict[Contrast, Any]
) -> None:
    paths = {contrast: tmp_path / f"{contrast}.nii.gz" for contrast in images}
    for contrast, path in paths.items():
        write_volume(images[contrast], path)
    done = segment_images(paths, made(tmp_path, PROGRAM), tmp_path / "new", name="a")
    assert done.probabilities is None
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a_dseg.json", "a_dseg.nii.gz"]


def test_labels_of_its_own_become_the_schemes(tmp_path: Path, images: dict[Contrast, Any]) -> None:
    found = made(tmp_path, PROGRAM, labels={2: 3}).segment(images)
    assert found.segmentation[3].voxels > 100
    assert found.segmentation[2].voxels == 0


@pytest.mark.parametrize(
    ("program", "command", "says"),
    [
        ("import sys; sys.exit('no GPU here')", {}, "exit code 1: no GPU here"),
        ("pass", {}, "wrote no label map"),
        ("import time; time.sleep(60)", {"timeout_s": 0.5}, "stopped after 0.5 s"),
        (PROGRAM.replace("2 if", "7 if"), {}, r"labels \[7\], which its card does not name"),
        (SHIFTED, {}, "gave another grid"),
        (SHORT, {}, "gave another grid"),
        ("pass", {"arguments": ["no-such-program", "{input}", "{output}"]}, "which is not here"),
        ("pass", {"suffixes": ["_0000"]}, "as many suffixes"),
    ],
    ids=["exit", "nothing", "slow", "labels", "place", "shape", "absent", "suffixes"],
)
def test_ways_to_fail(
    tmp_path: Path, images: dict[Contrast, Any], program: str, command: dict[str, Any], says: str
) -> None:
    with pytest.raises(OncometryError, match=says):
        made(tmp_path, program, **command).segment(images)


def test_no_shell_reads_its_arguments(tmp_path: Path, images: dict[Contrast, Any]) -> None:
    line = ["sh-is-not-called; touch", f"{tmp_path}/ran", "{input}", "{output}"]
    with pytest.raises(OncometryError, match="not here"):
        made(tmp_path, "pass", arguments=line).segment(images)
    assert not (tmp_path / "ran").exists()


def test_a_program_comes_by_path_only_and_its_card_cannot_be_changed_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONCOMETRY_NETWORKS", str(tmp_path / "installed"))
    made(tmp_path, PROGRAM)
    found = install(InstallRequest(str(tmp_path / "program.json")))
    assert json.loads(found.path.read_text())["sha256"] == found.card.sha256
    assert hash(found.card) == hash(found.card.model_copy())  # a run keeps it loaded by its card
    changed = found.path.read_text().replace("program.py", "another.py")
    found.path.write_text(changed)
    with pytest.raises(OncometryError, match="not that of the command line"):
        open_network("program", "none")
