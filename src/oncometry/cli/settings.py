"""Settings from a file, with what the command line says on top."""

from __future__ import annotations

from pathlib import Path

from oncometry.pipeline import Settings, load_settings

__all__ = ["settings_from"]


def settings_from(
    config: Path | None,
    *,
    scheme: str | None = None,
    join_mm: float | None = None,
    geometry: str | None = None,
    slices: str | None = None,
) -> Settings:
    """The file's settings; an option given on the command line wins.

    Raises:
        SettingsError: a value that does not hold.
    """
    settings = load_settings(config)
    changes: dict[str, dict[str, object]] = {
        "curate": {"scheme": scheme, "geometry": geometry, "slices": slices},
        "measurement": {"join_mm": join_mm},
    }
    return settings.changed({s: {k: v for k, v in c.items() if v is not None} for s, c in changes.items()})
