"""What a check-up of images finds, as data. Pictures are named by their place in `pictures`, from 0."""

from __future__ import annotations

from typing import Literal

from tl_core.evaluation.classes import Confusion
from tl_core.experiment import Part
from tl_core.measured import Interval
from tl_core.protocol import source_title
from tl_core.text import say

Alike = Literal["exact", "near", "recording"]


class Picture(Part):
    """One picture: its path inside the zip (of a ready data set its part and number), its class, where a run puts it.

    `left_out`: a run leaves it out of training, because the same pixels are there already, or its class is not trained.
    `loss` is minus the natural logarithm of `own`, the probability of its own label from a probe that has not seen it;
    `guess` is what that probe says. All three are `None` where the probe left its class out.
    """

    name: str
    class_name: str
    part: Literal["train", "test", "left_out"]
    loss: float | None = None
    own: float | None = None
    guess: str | None = None


class Duplicates(Part):
    """Pictures that show the same: the same pixels (`exact`), or nearly so, each like another by `similarity`.

    `labels_differ`: they are not all of one class, so that at least one label is wrong.
    """

    kind: Literal["exact", "near"]
    pictures: tuple[int, ...]
    similarity: float
    labels_differ: bool


class Recording(Part):
    """Pictures that a chain of close neighbours connects: one recording, or copies. They belong on one side.

    `parted`: some are trained on and others tested on.
    """

    pictures: tuple[int, ...]
    similarity: float
    parted: bool


class Leak(Part):
    """A test picture and a training picture that show nearly the same."""

    train: int
    test: int
    kind: Alike
    similarity: float


class Flaw(Part):
    """A picture that is hard to see. `value` is beyond `threshold`, both in the kind's unit.

    `dark` and `bright`: the grey value, 0 to 255, that 95 of 100 pixels stay below or above. `flat`: the standard
    deviation of grey values. `blurred`: the share of the differences between neighbouring pixels that one more blurring
    takes away, 0 to 1; little is left to take away from a blurred picture.
    """

    picture: int
    kind: Literal["dark", "bright", "flat", "blurred"]
    value: float
    threshold: float

    def say(self, language: str) -> str:
        """What was measured and where the limit lies, in words with a unit."""
        return say(language, f"checkup.flaw.{self.kind}", value=self.value, threshold=self.threshold)


class Suspect(Part):
    """A picture whose label a probe trained on others contradicts: with `confidence` it is a `suggestion`."""

    picture: int
    loss: float
    own: float
    suggestion: str
    confidence: float


class ConfusionCell(Part):
    """The pictures of one class that were taken for one class."""

    label: str
    guess: str
    pictures: tuple[int, ...]


class Probe(Part):
    """Cross-validation of a linear probe on `images` pictures of `class_names`, each held out exactly once.

    Rows of `confusion` are labels, columns guesses (`None` for more than 64 classes). Pictures of one recording are
    held out together, except in `one_recording` classes, which have nothing else. `left_out` classes have one picture.
    """

    class_names: tuple[str, ...]
    images: int
    folds: int
    accuracy: Interval
    confusion: Confusion | None
    cells: tuple[ConfusionCell, ...]
    left_out: tuple[str, ...]
    one_recording: tuple[str, ...]


class CheckupReport(Part):
    """Everything that was found, worst first. `bar` is the similarity from which pictures count as alike.

    `looked_at` is the side, in pixels, at which blur and brightness were measured; `unreadable` counts files that could
    not be decoded. `probe` is `None` where there are not two classes with two pictures each.
    """

    kind: Literal["checkup"] = "checkup"
    dataset: str
    source: str
    class_names: tuple[str, ...]
    pictures: tuple[Picture, ...]
    unreadable: int
    bar: float
    duplicates: tuple[Duplicates, ...]
    recordings: tuple[Recording, ...]
    leaks: tuple[Leak, ...]
    looked_at: int
    flaws: tuple[Flaw, ...]
    suspects: tuple[Suspect, ...]
    probe: Probe | None
    seconds: float

    def notes(self, language: str) -> tuple[str, ...]:
        """How everything was decided, and what it cannot tell, in sentences."""
        facts = {"images": len(self.pictures), "bar": self.bar, "side": self.looked_at}
        keys = ("checkup.notes.copies", "checkup.notes.recordings", "checkup.notes.flaws")
        return (*(say(language, key, **facts) for key in keys), *self._of_probe(language))

    def _of_probe(self, language: str) -> tuple[str, ...]:
        if self.probe is None:
            return (say(language, "checkup.notes.no_probe"),)
        probe = self.probe
        facts = {"images": probe.images, "folds": probe.folds, "source": source_title(self.source, language)}
        found = [say(language, "checkup.notes.probe", **facts)]
        for key, names in (("left_out", probe.left_out), ("one_recording", probe.one_recording)):
            if names:
                listed = say(language, "checkup.join").join(names)
                found.append(say(language, f"checkup.notes.{key}", names=listed))
        return tuple(found)
