"""A trained net put to use: what it says of one picture, and the net itself as a file. Files travel beside both."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tl_core.evaluation.calibration import Temperature
from tl_core.experiment import Part
from tl_core.registry import WEIGHTS_ID
from tl_core.requests.intake import Uploaded
from tl_core.text import say

NetId = Annotated[str, Field(pattern=f"^{WEIGHTS_ID.pattern}$")]
NoHeat = Literal["no_maps", "too_coarse", "nothing"]  # the end of the key `use.no_heat.<reason>`
Form = Literal["safetensors", "program", "onnx"]
ENDINGS: dict[Form, str] = {"safetensors": ".safetensors", "program": ".pt2", "onnx": ".onnx"}
NEEDED = 19  # test images, below which not even the farthest is one in twenty


class UseQuery(Part):
    """What a run's net says of an uploaded picture. `explained` is the number of the class that the heat is for,
    the likeliest where it is `None`."""

    lane: ClassVar[Literal["train", "query"]] = "query"
    kind: Literal["use"] = "use"
    net: NetId
    file: Uploaded
    explained: Annotated[int, Field(ge=0, le=9999)] | None = None


class Likeness(Part):
    """How far the picture lies from the training images: farther than the share `nearer` of `images` test images.

    `unlike` where fewer than one in twenty of those lie as far; `None` where they are too few to say.
    """

    nearer: float
    images: int
    unlike: bool | None


class UseReport(Part):
    """A net's answer. `picture` is what it saw, `heat` the same in grey under where the class `explained` is seen.

    Pictures are PNGs in data URIs, of the net's own size. `probabilities` are by class, in the order of
    `class_names`; without `temperature` they are not calibrated. `layer` is the group whose maps, of `places` a side,
    the heat is of; where there is no heat, `no_heat` says why. Files from before likeness was kept have none.
    """

    kind: Literal["use"] = "use"
    net: str
    class_names: tuple[str, ...]
    probabilities: tuple[float, ...]
    temperature: Temperature | None
    likeness: Likeness | None
    picture: str
    explained: int
    heat: str | None
    layer: str | None
    places: int
    no_heat: NoHeat | None
    seconds: float

    @property
    def best(self) -> int:
        """The number of the likeliest class."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)

    def say_calibration(self, language: str) -> str:
        """Whether the percentages can be taken at their word."""
        if self.temperature is None:
            return say(language, "use.uncalibrated")
        return say(language, "use.calibrated", temperature=self.temperature.value, images=self.temperature.images)

    def say_likeness(self, language: str) -> str:
        """Whether the picture is like the training images."""
        found = self.likeness or Likeness(nearer=0, images=0, unlike=None)
        if found.unlike is None:
            return say(language, "use.cannot_tell", least=NEEDED, images=found.images)
        return say(language, "use.unlike" if found.unlike else "use.like", nearer=found.nearer, images=found.images)

    def say_no_heat(self, language: str) -> str:
        """Why nothing is laid over the picture; empty where something is."""
        return say(language, f"use.no_heat.{self.no_heat}") if self.no_heat else ""


class TakeQuery(Part):
    """A run's net as a file of its own: weights with their card, a PyTorch program, or ONNX."""

    lane: ClassVar[Literal["train", "query"]] = "query"
    kind: Literal["take"] = "take"
    net: NetId
    form: Form = "safetensors"


class TakeReport(Part):
    """The net as a file called `name`, of `size` bytes, which travels beside the report as `file`.

    It takes pictures of `side` × `side` pixels, and names one of `class_names`.
    """

    kind: Literal["take"] = "take"
    net: str
    form: Form
    file: str
    name: str
    size: int
    side: int
    class_names: tuple[str, ...]
