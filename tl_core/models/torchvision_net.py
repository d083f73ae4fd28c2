"""The one door to torchvision's nets and weights. torchvision is imported when it is asked for: it takes seconds."""

from __future__ import annotations

from typing import Any

from torch import nn


def torchvision_net(name: str, **options: Any) -> nn.Module:
    """A net of torchvision's by its name there, without weights of any use."""
    import tl_core.torchvision_operators  # noqa: F401 - before torchvision, always

    # isort: split
    from torchvision.models import get_model

    return get_model(name, **options)


def torchvision_weights(name: str) -> Any:
    """What torchvision says of the first weights that it published for a net: an entry of its enumeration."""
    import tl_core.torchvision_operators  # noqa: F401 - before torchvision, always

    # isort: split
    from torchvision.models import get_model_weights

    return get_model_weights(name)["IMAGENET1K_V1"]
