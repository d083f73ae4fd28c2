"""Staged failures: seven cases to diagnose, each a real run that really fails beside its mended twin."""

from __future__ import annotations

from pages.kit.controls import Choice
from pages.kit.failures.cases import BASE, CASE, DIAGNOSES
from pages.kit.failures.lesson import CaseLesson, CasePreset, show_failures
from tl_core.requests import RaceRequest

LESSON = CaseLesson(
    words="failures",
    predictions=DIAGNOSES,
    controls=(
        Choice("target.per_class", (5, 10, 20), look="buttons"),
        Choice("seed", look="number"),
    ),
    presets=(
        CasePreset("failures.preset.good", {"target.per_class": 20}, case="1"),
        CasePreset("failures.preset.bad", {"target.per_class": 1}, case="1"),
    ),
    shows=(RaceRequest,),
    base=BASE,
    own=(CASE,),
)

show_failures(LESSON)
