"""Images as pictures that a browser shows."""

from __future__ import annotations

import base64
from io import BytesIO

from PIL import Image
from torch import Tensor


def data_uri(image: Tensor) -> str:
    """One uint8 image `(3, H, W)` as a PNG in a data URI."""
    buffer = BytesIO()
    Image.fromarray(image.permute(1, 2, 0).contiguous().numpy()).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
