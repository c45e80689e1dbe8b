"""A file by URL: only when asked, only by https, only so large, and only if it has the hash that was stated."""

from __future__ import annotations

import hashlib
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from oncometry.core import Code, CorruptInputError, SettingsError, UnsupportedError
from oncometry.io.files import begin_aside, coded_writing, drop_aside, finish_aside

__all__ = ["LARGEST_BYTES", "fetch", "is_url"]

LARGEST_BYTES = 4 << 30
CHUNK = 1 << 20
TIMEOUT_S = 60.0


class _OnlyHttps(HTTPRedirectHandler):
    """Follows a redirection to https, and to nothing else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        _refuse_scheme(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def is_url(text: str) -> bool:
    """Whether what was given is a URL of any kind, and no path."""
    return "://" in text


def fetch(url: str, sha256: str, path: Path, largest: int = LARGEST_BYTES) -> None:
    """Fetch a file; it is there whole and with the stated SHA-256, or not at all.

    Args:
        sha256: 64 hexadecimal digits.
        largest: bytes.

    Raises:
        SettingsError: `SETTINGS`, it is not https.
        CorruptInputError: `MODEL_TAMPERED`, it has another hash; `UNREADABLE`, it cannot be had.
        UnsupportedError: `TOO_LARGE`.
        StoreError: `WRITE_FAILED`.
    """
    _refuse_scheme(url)
    aside = begin_aside(path)
    try:
        found = _received(url, aside, path, largest)
        if found != sha256.lower():
            raise CorruptInputError(
                Code.MODEL_TAMPERED,
                f"what {url} gives has SHA-256 {found}, not {sha256.lower()}: it was not kept.",
                advice="Take the hash from where the network is published, and ask there if they still differ.",
            )
        finish_aside(aside, path)
    except BaseException:
        drop_aside(aside)
        raise


def _received(url: str, aside: IO[bytes], path: Path, largest: int) -> str:
    """SHA-256 of what was written."""
    digest, size = hashlib.sha256(), 0
    try:
        with build_opener(_OnlyHttps).open(url, timeout=TIMEOUT_S) as answer:
            while chunk := answer.read(CHUNK):
                size += len(chunk)
                if size > largest:
                    raise UnsupportedError(
                        Code.TOO_LARGE, f"{url} gives more than {largest} bytes: it was not kept."
                    )
                digest.update(chunk)
                with coded_writing(path):
                    aside.write(chunk)
    except (OSError, HTTPException) as error:
        raise CorruptInputError(
            Code.UNREADABLE,
            f"{url} cannot be had: {getattr(error, 'reason', None) or error}.",
            advice="Check the address and the network; a file that is here already is installed by its path.",
        ) from error
    return digest.hexdigest()


def _refuse_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise SettingsError(
            Code.SETTINGS,
            f"networks are fetched by https only, got {url!r}.",
            advice="Give an https address, or the path of a file that is here.",
        )
