"""What was trained on what, chosen how, and tested on how many images: the sentence beside every number."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, computed_field

from tl_core.circumstances import Normalisation
from tl_core.experiment import Part
from tl_core.registry import IMAGES_ID, WEIGHTS_ID
from tl_core.text import say


class Protocol(Part):
    """What was trained on what, chosen how, and tested on how many images."""

    model_config = ConfigDict(extra="ignore")  # `text` is written for readers of the JSON and computed anew here

    strategy: str
    source: str | None
    source_ignored: bool
    dataset: str
    training_images: int
    per_class: int | None
    validation_images: int
    test_images: int
    live_images: int
    steps: int
    batch_size: int
    chosen: Literal["last_step", "best_validation"] = "last_step"
    best_step: int | None = None
    seeds: int = 1
    normalisation: Normalisation
    domain: str = ""
    parting: Literal["official", "folder", "share"] = "official"
    test_share: float = 0.0
    unreadable: int = 0
    duplicates: int = 0

    @computed_field
    @property
    def text(self) -> str:
        """The protocol line in English; `say` gives it in any language."""
        return self.say("en")

    def say(self, language: str) -> str:
        """The protocol as one paragraph."""
        facts = self.model_dump(exclude={"text", "normalisation"})
        facts["mean"], facts["std"] = (
            ", ".join(f"{value:.3f}" for value in values)
            for values in (self.normalisation.mean, self.normalisation.std)
        )
        own = IMAGES_ID.fullmatch(self.dataset) is not None
        facts["dataset"] = say(language, "option.dataset." + ("own" if own else self.dataset), domain=self.domain)
        facts["source"] = source_title(self.source, language)
        origin = "ignored" if self.source_ignored else "none" if self.source is None else self.strategy
        tested = "protocol.test" if self.chosen == "last_step" else "protocol.test_best"
        parts = [f"protocol.start.{origin}", "protocol.data", "protocol.budget", tested]
        parts += [] if self.parting == "official" else [f"protocol.parting.{self.parting}"]
        parts += ["protocol.left_out"] if self.unreadable or self.duplicates else []
        owner = self.normalisation.owner
        parts.append("protocol.normalised_training" if owner == "training" else "protocol.normalised_source")
        owner = "" if owner == "training" else source_title(owner, language)
        return say(language, "protocol.join").join(say(language, part, owner=owner, **facts) for part in parts)


def source_title(name: str | None, language: str) -> str:
    """What a source is called; a person's own weights by their id."""
    own = name is not None and WEIGHTS_ID.fullmatch(name) is not None
    return say(language, f"option.source.{'own' if own else name or 'none'}", id=name)
