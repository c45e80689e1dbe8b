"""Networks among the input: told by content, left out, never loaded."""

from __future__ import annotations

import hashlib
import io
import json
import os
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


def _large_torch() -> bytes:
    """2000 storages: its directory is longer than the last 64 KiB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("checkpoint/data.pkl", pickle.dumps(Boom()))
        for n in range(2000):
            archive.writestr(f"checkpoint/data/{n}", bytes(16))
    return stream.getvalue()


def _old_torch() -> bytes:
    """Before version 1.6: a pickled magic number, pickles, then the storages."""
    parts = [pickle.dumps(n, protocol=2) for n in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    return b"".join(parts) + pickle.dumps(Boom(), protocol=2) + bytes(range(256))


def _long_pickle() -> bytes:
    return pickle.dumps([Boom(), "x" * 200_000], protocol=2) + bytes(8)


@pytest.mark.parametrize(
    ("content", "card", "code"),
    [
        (pickle.dumps(Boom()), None, Code.MODEL_UNSAFE),
        (pickle.dumps(Boom(), protocol=2), None, Code.MODEL_UNSAFE),
        (pickle.dumps(Boom(), protocol=0), None, Code.MODEL_UNSAFE),
        (pickle.dumps({"w": [Boom()]}, protocol=1), None, Code.MODEL_UNSAFE),
        (_long_pickle(), None, Code.MODEL_UNSAFE),
        (_torch(), None, Code.MODEL_UNSAFE),
        (_large_torch(), None, Code.MODEL_UNSAFE),
        (_old_torch(), None, Code.MODEL_UNSAFE),
        (b"\x80\x02" + bytes(range(7, 200)), None, Code.NOT_AN_IMAGE),
        (b"(see the other file).", None, Code.NOT_AN_IMAGE),
        (b"case,age\n" + b"P1,30.\n" * 20_000 + b"P2,3.", None, Code.NOT_AN_IMAGE),
        (SAFE, "0" * 64, Code.MODEL_TAMPERED),
        (SAFE, hashlib.sha256(SAFE).hexdigest(), Code.NOT_AN_IMAGE),
        (SAFE, None, Code.NOT_AN_IMAGE),
    ],
    ids=[
        *(
            "pickle",
            "old pickle",
            "protocol 0",
            "protocol 1",
            "long pickle",
            "torch",
            "large torch",
            "old torch",
        ),
        *("bytes", "words", "a sheet", "tampered", "as its card says", "no card"),
    ],
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


@pytest.mark.linux
@pytest.mark.parametrize("large", [False, True])
def test_a_card_that_is_no_small_file_is_not_read(tmp_path, large):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "net.bin").write_bytes(SAFE)
    card = tmp_path / "in" / "net.json"
    if large:
        card.write_text(json.dumps({"sha256": "0" * 64, "rest": "x" * (1 << 20)}))
    else:
        os.mkfifo(card)
    manifest = curate([tmp_path / "in"], CurateSettings(), workspace=tmp_path / "work")
    (record,) = (f for f in manifest.files if f.shown == "net.bin")
    assert record.code is Code.NOT_AN_IMAGE
