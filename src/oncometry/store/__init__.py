"""Every room's results in one database, and back as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.store.analyzed import AnalyzedReliability
    from oncometry.store.check import Fault, Finding
    from oncometry.store.engine import FILE_NAME, server_url, shown_url
    from oncometry.store.export import EXPORT_FORMATS, export
    from oncometry.store.imported_reads import ImportedRead, ImportedReads
    from oncometry.store.schema import Upgrade
    from oncometry.store.store import Store
    from oncometry.store.trace import Trace

__all__ = [
    "EXPORT_FORMATS",
    "FILE_NAME",
    "AnalyzedReliability",
    "Fault",
    "Finding",
    "ImportedRead",
    "ImportedReads",
    "Store",
    "Trace",
    "Upgrade",
    "export",
    "server_url",
    "shown_url",
]

open_lazily(
    __name__,
    {
        "AnalyzedReliability": "oncometry.store.analyzed",
        "EXPORT_FORMATS": "oncometry.store.export",
        "FILE_NAME": "oncometry.store.engine",
        "Fault": "oncometry.store.check",
        "Finding": "oncometry.store.check",
        "ImportedRead": "oncometry.store.imported_reads",
        "ImportedReads": "oncometry.store.imported_reads",
        "Store": "oncometry.store.store",
        "Trace": "oncometry.store.trace",
        "Upgrade": "oncometry.store.schema",
        "export": "oncometry.store.export",
        "server_url": "oncometry.store.engine",
        "shown_url": "oncometry.store.engine",
    },
)
