"""What a user may choose about de-identification."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_serializer

__all__ = ["DeidentifySettings", "ProfileOption"]


class ProfileOption(StrEnum):
    """Options of the basic profile, by the names and codes (CID 7050) of PS3.15 E.3."""

    RETAIN_LONGITUDINAL_MODIFIED_DATES = "retain-longitudinal-modified-dates"
    RETAIN_SAFE_PRIVATE = "retain-safe-private"
    RETAIN_DEVICE_IDENTITY = "retain-device-identity"
    RETAIN_INSTITUTION_IDENTITY = "retain-institution-identity"
    RETAIN_PATIENT_CHARACTERISTICS = "retain-patient-characteristics"
    CLEAN_DESCRIPTORS = "clean-descriptors"

    @property
    def column(self) -> str:
        """Its column of profile.csv."""
        return self.value.replace("-", "_")


class DeidentifySettings(BaseModel):
    """The profile and its options; the key is never part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    options: frozenset[ProfileOption] = Field(
        frozenset(), description="Options of PS3.15 E.3 on top of the basic profile."
    )

    @field_serializer("options")
    def _sorted(self, options: frozenset[ProfileOption]) -> list[ProfileOption]:
        """A set has no order of its own: written down, it has one."""
        return sorted(options)
