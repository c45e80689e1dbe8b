"""What a decoder of DICOM pixels may raise, turned into what is wrong with the file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydicom.dataset import FileDataset

from oncometry.core import Code, CorruptInputError, OncometryError
from oncometry.io.dicom_header import READ_FAULTS

__all__ = ["decoding"]

FAULTS = (*READ_FAULTS, RuntimeError, MemoryError, ZeroDivisionError)


@contextmanager
def decoding(dataset: FileDataset, path: Path) -> Iterator[None]:
    """Decode inside; warnings are silenced.

    Raises:
        CorruptInputError: `TRUNCATED` where bytes are missing, else `CORRUPT`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except OncometryError:
            raise
        except FAULTS as error:
            syntax = dataset.file_meta.get("TransferSyntaxUID", "unknown")
            raise CorruptInputError(
                Code.TRUNCATED if "less than expected" in str(error) else Code.CORRUPT,
                f"the pixels cannot be decoded from {getattr(syntax, 'name', syntax)} ({error}).",
                path=path,
            ) from error
