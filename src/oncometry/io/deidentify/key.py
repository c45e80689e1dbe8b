"""The secret key, and what is derived from it: UIDs, pseudonyms, day shifts."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from pydicom.config import IGNORE
from pydicom.uid import UID

from oncometry.core import Code, SettingsError

__all__ = ["Key"]

KEY_BYTES = 32
MOST_DAYS = 3650


class Key:
    """32 secret bytes. Everything derived is an HMAC-SHA256 (RFC 2104) under them, one purpose a prefix."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise SettingsError(
                Code.SETTINGS,
                f"the key has {len(secret)} bytes, not {KEY_BYTES}.",
                advice="Make one with --new-key.",
            )
        self._secret = secret

    @classmethod
    def read(cls, path: Path) -> Key:
        """From a file made by `create`."""
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise SettingsError(
                Code.SETTINGS,
                f"the key cannot be read ({error.strerror}).",
                path=path,
                advice="Make one with --new-key.",
            ) from error

    @classmethod
    def create(cls, path: Path) -> Key:
        """Write a new random key that only its owner may read; an existing file is never replaced."""
        secret = secrets.token_bytes(KEY_BYTES)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise SettingsError(
                Code.SETTINGS,
                "the key cannot be made: there is a file of this name.",
                path=path,
                advice="Leave out --new-key to go on with it, or give another name.",
            ) from error
        except OSError as error:
            raise SettingsError(
                Code.SETTINGS,
                f"the key cannot be made ({error.strerror}).",
                path=path,
                advice="Give a file in a folder that is there and may be written.",
            ) from error
        with os.fdopen(handle, "wb") as stream:
            stream.write(secret)
        return cls(secret)

    @property
    def fingerprint(self) -> str:
        """Says which key was used, without saying the key."""
        return self._digest("fingerprint", "").hex()[:16]

    def pseudonym(self, patient_id: str) -> str:
        """The patient's id in what is written."""
        return "P" + self._digest("patient", patient_id).hex()[:12].upper()

    def day_shift(self, patient_id: str) -> int:
        """Whole days, negative, by which every date of this patient moves."""
        return -1 - int.from_bytes(self._digest("days", patient_id)[:8], "big") % MOST_DAYS

    def uid(self, original: str) -> str:
        """A UID under 2.25 (PS3.5 B.2) of 122 keyed bits; UIDs that the standard lists stay."""
        if not original or UID(original, validation_mode=IGNORE).type:
            return original
        return f"2.25.{int.from_bytes(self._digest('uid', original)[:16], 'big') >> 6}"

    def name(self, original: str) -> str:
        """A short name of a study or series for a folder."""
        return self._digest("name", original).hex()[:12]

    def _digest(self, purpose: str, value: str) -> bytes:
        return hmac.new(self._secret, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()
