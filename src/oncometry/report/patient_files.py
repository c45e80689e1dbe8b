"""Whose the files are that were left out: those that lie in a folder of one patient alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

__all__ = ["left_out_by_patient"]


def left_out_by_patient(files: pd.DataFrame, owner_of: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Patient id -> rows of `files` that were not used.

    Args:
        files: the table `files`.
        owner_of: key of a series, mask or dose -> patient id.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for shown, member in zip(files["shown"], files["member_of"], strict=True):
        if member in owner_of:
            for folder in _folders(str(shown)):
                owners[folder].add(owner_of[member])
    left = files[files["status"] != "used"]
    whose = left["shown"].map(lambda shown: _owner(str(shown), owners))
    return {str(patient): group for patient, group in left.groupby(whose, sort=False)}


def _folders(shown: str) -> Iterator[str]:
    """The folders that hold a file, the nearest first; the input itself is ''."""
    while shown:
        shown = shown.rpartition("/")[0]
        yield shown


def _owner(shown: str, owners: Mapping[str, set[str]]) -> str | None:
    nearest = next((owners[folder] for folder in _folders(shown) if folder in owners), set())
    return next(iter(nearest)) if len(nearest) == 1 else None
