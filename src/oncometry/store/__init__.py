"""Every room's results in one database, and back as tables."""

from oncometry.store.check import Fault, Finding
from oncometry.store.export import EXPORT_FORMATS, export
from oncometry.store.store import Store
from oncometry.store.trace import Trace

__all__ = ["EXPORT_FORMATS", "Fault", "Finding", "Store", "Trace", "export"]
