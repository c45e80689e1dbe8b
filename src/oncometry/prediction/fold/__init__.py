"""What happens inside one training fold: everything that learns, and nothing that saw the test patients."""

from __future__ import annotations
