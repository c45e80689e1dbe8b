"""What an nnU-Net plan may name: nnU-Net imports classes by the names in its plans.json, so those are looked at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oncometry.core import Code, UnsupportedError

__all__ = ["refuse_unknown_names"]

ARCHITECTURES = ("PlainConvUNet", "ResidualEncoderUNet", "ResidualUNet")
PACKAGE = "dynamic_network_architectures.architectures."
LAYERS = (
    *(f"{kind}{n}d" for kind in ("Conv", "InstanceNorm", "BatchNorm", "Dropout") for n in (2, 3)),
    "LeakyReLU",
    "ReLU",
)
NAMED: Mapping[str, tuple[str, ...]] = {
    "preprocessor_name": ("DefaultPreprocessor",),
    "normalization_schemes": (
        "ZScoreNormalization",
        "CTNormalization",
        "NoNormalization",
        "RescaleTo01Normalization",
    ),
    "resampling_fn_data": (
        "resample_data_or_seg_to_shape",
        "resample_torch_fornnunet",
        "resample_torch_simple",
    ),
    "resampling_fn_seg": (
        "resample_data_or_seg_to_shape",
        "resample_torch_fornnunet",
        "resample_torch_simple",
    ),
    "resampling_fn_probabilities": (
        "resample_data_or_seg_to_shape",
        "resample_torch_fornnunet",
        "resample_torch_simple",
    ),
    "UNet_class_name": ARCHITECTURES,
}
MANAGERS = ("LabelManager",)


def refuse_unknown_names(plans: Mapping[str, Any]) -> None:
    """Refuse a plan that names code other than nnU-Net's usual.

    Raises:
        UnsupportedError: `MODEL_UNSAFE`.
    """
    if plans.get("label_manager", MANAGERS[0]) not in MANAGERS:
        raise _unsafe("label_manager", plans["label_manager"])
    configurations = plans.get("configurations")
    for name, configuration in configurations.items() if isinstance(configurations, dict) else ():
        if not isinstance(configuration, dict):
            raise _unsafe(f"configuration {name}", configuration)
        for field, known in NAMED.items():
            value = configuration.get(field, known[0])
            for named in value if isinstance(value, list) else [value]:
                if named not in known:
                    raise _unsafe(field, named)
        _refuse_architecture(configuration.get("architecture"))


def _refuse_architecture(architecture: Any) -> None:
    if architecture is None:
        return
    if not isinstance(architecture, dict) or not isinstance(architecture.get("arch_kwargs", {}), dict):
        raise _unsafe("architecture", architecture)
    name = str(architecture.get("network_class_name", ""))
    if not name.startswith(PACKAGE) or name.rsplit(".", 1)[-1] not in ARCHITECTURES:
        raise _unsafe("network_class_name", name)
    given = architecture.get("arch_kwargs", {})
    for field in architecture.get("_kw_requires_import", ()):
        value = given.get(field)
        if value is not None and not (
            str(value).startswith("torch.nn.") and str(value).rsplit(".", 1)[-1] in LAYERS
        ):
            raise _unsafe(field, value)


def _unsafe(field: str, value: object) -> UnsupportedError:
    return UnsupportedError(
        Code.MODEL_UNSAFE,
        f"the plan names code that is not nnU-Net's usual: {field} {value!r}. nnU-Net would import it.",
        advice="Run it with its own program behind a card of format 'command', if you trust it.",
    )
