"""Which maps are asked for: names to columns."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from oncometry.core.errors import Code, SettingsError
from oncometry.features.columns import Column
from oncometry.features.map_settings import ALL

__all__ = ["Mappable", "check_names", "is_asked"]


class Mappable(NamedTuple):
    """A feature that a spec has a map of.

    Attributes:
        group: its family or class.
        column: of it, under no filter.
        on_request: whether only a name of its own asks for it.
    """

    group: str
    column: Column
    on_request: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called, in small letters."""
        c = self.column
        short = c.tag.removeprefix("original_")
        groups = () if self.on_request else (ALL, self.group, c.family.value)
        return tuple(n.lower() for n in (*groups, c.name, short, c.tag, c.ibsi_id) if n)


def is_asked(mappable: Mappable, names: Sequence[str]) -> bool:
    """Whether one of the names is its; capitals do not count."""
    return any(name.strip().lower() in mappable.names for name in names)


def check_names(mappable: Sequence[Mappable], names: Sequence[str]) -> None:
    """Refuse a name that no map has.

    Raises:
        SettingsError: `SETTINGS`, with the names that there are.
    """
    known = {name for one in mappable for name in one.names}
    for name in names:
        if name.strip().lower() in known:
            continue
        groups = list(dict.fromkeys(one.group for one in mappable))
        like = get_close_matches(name.strip().lower(), sorted(known), n=3)
        hint = f" Nearest: {', '.join(like)}." if like else ""
        raise SettingsError(
            Code.SETTINGS,
            f"there is no map {name!r} by this spec; there are maps of {', '.join(groups) or 'nothing'}.{hint}",
            advice="Give 'all', a family, or a feature's name, tag or IBSI id.",
        )
