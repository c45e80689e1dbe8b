"""What a run segments with stands in its steps' keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.segmentation.made_network import threshold_weights, written

from oncometry.pipeline.networks import find_networks
from oncometry.segmentation import backend
from oncometry.segmentation.settings import SegmentationSettings

pytestmark = pytest.mark.storeless


def test_the_backend_that_is_taken_is_known_before_anything_is_segmented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, threshold_weights())
    settings = SegmentationSettings(when="missing", network=str(tmp_path / "made.json"), brain=None)
    taken = []
    for there in (("onnxruntime",), ("openvino", "onnxruntime")):
        monkeypatch.setattr(backend, "installed_backends", lambda there=there: there)
        networks, _ = find_networks(settings)
        assert networks is not None
        taken.append(networks.inference.backend)
    assert taken == ["onnxruntime", "openvino"]
