"""What was trained on what, chosen how, and tested on how many images: the sentence beside every number."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, computed_field

from tl_core.circumstances import Normalisation
from tl_core.experiment import Augmentation, Part
from tl_core.registry import AUGMENTATIONS, IMAGES_ID, is_own
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
    augmentation: tuple[Augmentation, ...] = ()
    fill: str = "nearest"
    cached_views: int = 0
    views_cached: bool = False
    domain: str = ""
    parting: Literal["official", "folder", "share"] = "official"
    test_share: float = 0.0
    unreadable: int = 0
    duplicates: int = 0
    adapting: bool = False
    compared_images: int = 0
    source_fitted: int = 0
    source_images: int = 0
    source_data: str = ""
    source_trained_on: int = 0
    source_of_own: bool = Field(default=False, exclude_if=lambda own: not own)
    mistake: str | None = Field(default=None, exclude_if=lambda name: name is None)

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
        tested = tested if self.mistake is None else f"protocol.mistake.{self.mistake}"
        parts = [f"protocol.start.{origin}", "protocol.data", *self._changed_parts(), "protocol.budget", tested]
        parts += [] if self.parting == "official" else [f"protocol.parting.{self.parting}"]
        parts += ["protocol.source_history"] if self.source_trained_on else []
        parts += ["protocol.source_of_own"] if self.source_of_own else []
        parts += ["protocol.adapting"] if self.adapting else []
        parts += ["protocol.compared"] if self.compared_images else []
        parts += ["protocol.source_task"] if self.source_images else []
        parts += ["protocol.left_out"] if self.unreadable or self.duplicates else []
        facts["changes"] = say(language, "table.join").join(
            f"{say(language, f'option.augmentation.{step.name}')} {step.strength:g}" for step in self.augmentation
        )
        owner = self.normalisation.owner
        parts.append("protocol.normalised_training" if owner == "training" else "protocol.normalised_source")
        owner = "" if owner == "training" else source_title(owner, language)
        return say(language, "protocol.join").join(say(language, part, owner=owner, **facts) for part in parts)

    def _changed_parts(self) -> list[str]:
        """What is said of the changes of the training images; nothing where there were none."""
        if not self.augmentation:
            return []
        recurring = "protocol.changed_cached" if self.views_cached else "protocol.changed_recurring"
        moved = any(AUGMENTATIONS[step.name].acts_on in ("place", "policy") for step in self.augmentation)
        filled = [f"protocol.filled.{self.fill}"] if moved else []
        return [recurring if self.cached_views else "protocol.changed", *filled]


def source_title(name: str | None, language: str) -> str:
    """What a source is called; a person's own weights by their id."""
    return say(language, f"option.source.{'own' if is_own(name) else name or 'none'}", id=name)
