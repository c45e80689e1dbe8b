"""Networks among the input: told by content, left out, never loaded."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import zipfile
from pathlib import Path

import pytest

from oncometry.core import Code
from oncometry.io import CurateSettings, curate

SAFE = (lambda head: len(head).to_bytes(8, "little") + head + bytes(16))(
    json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
)


class Boom:
    """Unpickled, it leaves a trace."""

    def __reduce__(self):
        return (Path.touch, (Path("it_was_loaded"),))


def _torch() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("net/data.pkl", pickle.dumps(Boom()))
        archive.writestr("net/data/0", bytes(64))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "card", "code"),
    [
        (pickle.dumps(Boom()), None, Code.MODEL_UNSAFE),
        (pickle.dumps(Boom(), protocol=2), None, Code.MODEL_UNSAFE),
        (_torch(), None, Code.MODEL_UNSAFE),
        (SAFE, "0" * 64, Code.MODEL_TAMPERED),
        (SAFE, hashlib.sha256(SAFE).hexdigest(), Code.NOT_AN_IMAGE),
        (SAFE, None, Code.NOT_AN_IMAGE),
    ],
    ids=["pickle", "old pickle", "torch", "tampered", "as its card says", "no card"],
)
def test_a_network_is_set_aside(tmp_path, monkeypatch, content, card, code):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "net.bin").write_bytes(content)
    if card is not None:
        (folder / "net.json").write_text(json.dumps({"sha256": card}))
    manifest = curate([folder], CurateSettings(), workspace=tmp_path / "work")
    (record,) = (f for f in manifest.files if f.shown == "net.bin")
    assert record.code is code
    assert not (tmp_path / "it_was_loaded").exists()
