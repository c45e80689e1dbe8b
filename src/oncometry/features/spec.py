"""What decides a feature's value, beside the image and the mask: frozen, serialisable, hashed."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["FeatureSpec", "HashedSetting", "Setting"]


class Setting(BaseModel):
    """A part of a spec."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class HashedSetting(Setting):
    """Settings that are kept beside a result, under the hash of what they say."""

    @cached_property
    def canonical_json(self) -> str:
        """Every setting, those left at their default included, with sorted keys and without white space."""
        data = self.model_dump(mode="json", by_alias=True)
        return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of `canonical_json`, hexadecimal; equal settings have equal hashes on every machine."""
        return hashlib.sha256(self.canonical_json.encode()).hexdigest()

    def __hash__(self) -> int:
        return hash(self.hash)


class FeatureSpec(HashedSetting):
    """What the specs of all profiles share.

    Attributes:
        profile: name of the conventions that the values follow.
    """

    profile: str = Field(description="Conventions that the values follow.")
