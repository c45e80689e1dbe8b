"""Archives, odd entries of a folder, files of networks and names that would leave the folder."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import pickle
import socket
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from .make_dicom import put, series, write_dicomdir
from .row import BadInput, Outcome, Row

__all__ = ["OTHER_ROWS"]


def _zip(name: str, content: bytes = b"x", *, link: bool = False) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
            item = zipfile.ZipInfo(name)
            item.compress_type = zipfile.ZIP_DEFLATED
            if link:
                item.external_attr = (stat.S_IFLNK | 0o777) << 16
            bundle.writestr(item, content)

    return make


def _tar(name: str, kind: bytes, target: str = "") -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        with tarfile.open(folder / "a.tar", "w") as tape:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            member.size = 1 if kind == tarfile.REGTYPE else 0
            tape.addfile(member, io.BytesIO(b"x"))

    return make


def _within(folder: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as bundle:
        bundle.writestr("a.txt", "x")
    with zipfile.ZipFile(folder / "a.zip", "w") as bundle:
        bundle.writestr("b.zip", inner.getvalue())
        bundle.writestr("readme.txt", "x")


def _good_zip(folder: Path) -> None:
    paths = series(folder)
    with zipfile.ZipFile(folder / "a.zip", "w") as bundle:
        for path in paths:
            bundle.write(path, f"scan/{path.name}")
            path.unlink()


def _cut_zip(folder: Path) -> None:
    _good_zip(folder)
    path = folder / "a.zip"
    path.write_bytes(path.read_bytes()[:900])


def _good_tar(packing: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        paths = series(folder)
        with tarfile.open(folder / "a.tar", f"w:{packing}") as tape:  # type: ignore[call-overload]
            for path in paths:
                tape.add(path, f"scan/{path.name}")
                path.unlink()

    return make


def _zeros(folder: Path) -> None:
    member = tarfile.TarInfo("zeros")
    member.size = 6 << 30
    piece = gzip.compress(bytes(64 << 20), 6, mtime=0)
    with (folder / "a.tar.gz").open("wb") as out:
        out.write(gzip.compress(member.tobuf(tarfile.GNU_FORMAT), mtime=0))
        for _ in range(member.size >> 26):
            out.write(piece)
        out.write(gzip.compress(bytes(1024), mtime=0))


def _cut_tar(folder: Path) -> None:
    """After three slices of five, each of a header and two or more blocks."""
    _good_tar("")(folder)
    path = folder / "a.tar"
    with tarfile.open(path) as tape:
        end = tape.getmembers()[3].offset
    path.write_bytes(path.read_bytes()[:end])


def _written(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "a.dcm")


def _socket(folder: Path) -> None:
    here = os.getcwd()  # noqa: PTH109 -- the path of a socket must be short
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("a.dcm")
    finally:
        os.chdir(here)


def _loop(folder: Path) -> None:
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")


def _above(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "up").symlink_to(folder)


def _nowhere(folder: Path) -> None:
    (folder / "a.dcm").symlink_to(folder / "gone.dcm")


def _beside(folder: Path) -> None:
    (folder / "._a.dcm").write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(80))


class _Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch /tmp/oncometry-was-here",)


def _pickle(folder: Path) -> None:
    (folder / "network.pkl").write_bytes(pickle.dumps(_Harm(), protocol=4))


OLD_TORCH = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2) + pickle.dumps(_Harm(), protocol=2) + bytes(99)


def _torch_zip(folder: Path) -> None:
    with zipfile.ZipFile(folder / "network.pt", "w") as bundle:
        bundle.writestr("network/data.pkl", pickle.dumps(_Harm(), protocol=2))
        bundle.writestr("network/version", "3\n")
        bundle.writestr("network/data/0", bytes(16))


def _tampered(folder: Path) -> None:
    head = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    (folder / "network.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + bytes(4))
    (folder / "network.json").write_text('{"sha256": "' + "0" * 64 + '"}')


def _names(folder: Path) -> None:
    series(folder, PatientID="../../x", SeriesDescription="\x1b[31mred<script>alert(1)</script>")


def _refused(name: str, code: str, make: Callable[[Path], object], *told: str) -> BadInput:
    return BadInput(name, make, code, told=told)


OTHER_ROWS = (
    Row(
        "zip or tar with `..`, absolute names, links, devices, a ratio beyond 200:1; an archive in an archive",
        (
            *(
                _refused(f"`{n}`", "ARCHIVE_UNSAFE", _zip(n))
                for n in ("../x.dcm", "/etc/x", "a/../../x", "..\\x", "C:\\x")
            ),
            _refused("zip with a link", "ARCHIVE_UNSAFE", _zip("x", b"/etc/passwd", link=True)),
            _refused("zip of 1029:1", "ARCHIVE_UNSAFE", _zip("zeros.nii", bytes(80 << 20))),
            _refused("tar.gz of 6 GiB of zeros in 6 MB", "ARCHIVE_UNSAFE", _zeros, "6442450944"),
            _refused("tar with `..`", "ARCHIVE_UNSAFE", _tar("../x", tarfile.REGTYPE)),
            _refused("tar with a link", "ARCHIVE_UNSAFE", _tar("x", tarfile.SYMTYPE, "/etc/passwd")),
            _refused("tar with a hard link", "ARCHIVE_UNSAFE", _tar("x", tarfile.LNKTYPE, "/etc/passwd")),
            _refused("tar with a device", "ARCHIVE_UNSAFE", _tar("x", tarfile.CHRTYPE)),
            _refused("an archive in an archive", "ARCHIVE_UNSAFE", _within, "archive within"),
            _refused("a zip cut short", "CORRUPT", _cut_zip),
            _refused("a tar cut between two members", "TRUNCATED", _cut_tar, "no end"),
            BadInput("a zip of slices", _good_zip, None, Outcome.ACCEPTED),
            *(BadInput(f"a tar.{p} of slices", _good_tar(p), None, Outcome.ACCEPTED) for p in ("bz2", "xz")),
        ),
    ),
    Row(
        "archives that are not opened",
        tuple(
            _refused(name, "UNSUPPORTED_TYPE", _written(f"scans.{name}", content), "Unpack it yourself")
            for name, content in (
                ("7z", b"7z\xbc\xaf'\x1c" + bytes(500)),
                ("rar", b"Rar!\x1a\x07\x01\x00" + bytes(500)),
                ("zst", b"\x28\xb5\x2f\xfd" + bytes(500)),
                ("dcm.gz", gzip.compress(bytes(128) + b"DICM" + bytes(800), mtime=0)),
                ("nii.xz", lzma.compress(b"\x5c\x01\0\0" + bytes(800))),
            )
        ),
    ),
    Row(
        "FIFO, socket, link loop, link to nothing, link to a folder above",
        (
            _refused("FIFO", "UNREADABLE", _fifo, "FIFO"),
            _refused("socket", "UNREADABLE", _socket, "socket"),
            _refused("links in a loop", "UNREADABLE", _loop),
            _refused("a link to a folder above", "UNREADABLE", _above, "above itself"),
            _refused("a link to nothing", "UNREADABLE", _nowhere),
        ),
    ),
    Row(
        "what a medium brings beside its scans: its directory, hidden files of cameras and of macOS",
        (
            BadInput(
                "DICOMDIR", write_dicomdir, "NOT_RADIOLOGY", Outcome.ASIDE, ("Media Storage Directory",)
            ),
            BadInput(
                "an empty `.nomedia`", lambda f: (f / ".nomedia").touch(), "NOT_AN_IMAGE", Outcome.ASIDE
            ),
            BadInput("`._a.dcm` of macOS", _beside, "NOT_AN_IMAGE", Outcome.ASIDE, ("macOS",)),
        ),
    ),
    Row(
        "files of networks: pickle, torch archive with pickle, weights of another hash than their card",
        (
            _refused("pickle", "MODEL_UNSAFE", _pickle),
            _refused(
                "old pickle", "MODEL_UNSAFE", _written("network.pkl", pickle.dumps([_Harm()], protocol=0))
            ),
            _refused("torch archive", "MODEL_UNSAFE", _torch_zip),
            _refused("old torch file", "MODEL_UNSAFE", _written("network.pt", OLD_TORCH)),
            _refused("another hash", "MODEL_TAMPERED", _tampered),
        ),
    ),
    Row(
        "text of tags as path, escape codes, HTML or spreadsheet formula",
        (
            BadInput("PatientID `../../x`", _names, None, Outcome.ACCEPTED),
            BadInput(
                "`=HYPERLINK()` as description",
                lambda f: series(f, SeriesDescription='=HYPERLINK("x")'),
                None,
                Outcome.ACCEPTED,
            ),
            BadInput(
                "a file name with escape codes",
                lambda f: put(f, "\x1b[31m.dcm", PixelSpacing=[0, 0]),
                "SPACING_INVALID",
            ),
        ),
    ),
)
