"""The type of a query of any columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

__all__ = ["Query"]

if TYPE_CHECKING:
    Query = Select[*tuple[Any, ...]]
else:
    Query = Select
