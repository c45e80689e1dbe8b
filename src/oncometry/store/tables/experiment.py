"""Table `experiment`: a learning task as it was declared."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Name
from oncometry.store.tables.model import Model, Versioned

__all__ = ["Experiment"]


class Experiment(Versioned, Model):
    """What splits, models, predictions and metrics hang on: current together, sealed together.

    When it was made, and by which software, its step says.

    Attributes:
        declaration: canonical JSON; `declaration_sha256` is its hash.
    """

    __tablename__ = "experiment"
    SEALED_BY_STEP = False

    name: Mapped[str] = mapped_column(Name, index=True)
    endpoint: Mapped[str] = mapped_column(Name)
    declaration: Mapped[str] = mapped_column(LongText)
    declaration_sha256: Mapped[str] = mapped_column(Digest)
