"""Small samples: scratch, frozen and fine-tuned over numbers of labels and several seeds, with honest error bars."""

from __future__ import annotations

from pages.kit.controls import Choice, Preset
from pages.kit.lesson import Lesson
from pages.kit.page_state import OwnParameter
from pages.kit.small_samples.explain import explain
from pages.kit.sweep_lesson import show_sweep_lesson
from tl_core.experiment import Experiment, Target, Training
from tl_core.sweep_request import SweepRequest

# Labels a class; a larger last one keeps the trainings of the smaller, which are not repeated. One and twenty are what
# three seeds can show in five seconds with sixty steps, and with fewer the net from scratch is cut off half-way.
LADDER = (1, 20, 50)
SEEDS = OwnParameter("seeds", ("3", "2", "5", "10"))
NETS = OwnParameter("strategies", ("scratch,frozen", "scratch,frozen,fine_tune"))

LESSON = Lesson(
    words="small_samples",
    predictions=("scratch", "frozen", "fine_tune", "tie"),
    controls=(
        Choice("target.per_class", (5, 20, 50), label="small_samples.up_to"),
        Choice("training.steps", (20, 40, 60, 90, 120)),
    ),
    presets=(
        Preset("small_samples.preset.good", {"training.steps": 120}),
        Preset("small_samples.preset.bad", {"training.steps": 20}),
    ),
    shows=(SweepRequest,),
    base=Experiment(target=Target(per_class=20), training=Training(steps=60, batch_size=16)),
    own=(NETS, SEEDS),
)


def sizes_up_to(most: int | None) -> tuple[int, ...]:
    """The rungs of the ladder below `most`, and `most`."""
    top = most or LADDER[-1]
    return (*(size for size in LADDER if size < top), top)


def request_of(experiment: Experiment) -> SweepRequest:
    """The sweep that the controls say. The experiment's own number of labels is its largest one."""
    return SweepRequest(
        experiment=experiment,
        strategies=tuple(NETS.said.split(",")),
        per_class=sizes_up_to(experiment.target.per_class),
        seeds=int(SEEDS.said),
    )


show_sweep_lesson(LESSON, request_of, explain=explain)
