"""Small samples: scratch, frozen and fine-tuned over numbers of labels and several seeds, with honest error bars."""

from __future__ import annotations

from pages.kit.controls import Choice, Preset
from pages.kit.lesson import Lesson
from pages.kit.page_state import OwnParameter
from pages.kit.small_samples.explain import explain
from pages.kit.sweep_lesson import show_sweep_lesson
from tl_core.experiment import Experiment, Target, Training
from tl_core.requests.sweep import SweepRequest

# Labels a class; a larger last one keeps the trainings of the smaller, which are not repeated.
LADDER = (1, 20, 50)
SEEDS = OwnParameter("seeds", ("3", "2", "5", "10"))
NETS = OwnParameter("strategies", ("scratch,frozen", "scratch,frozen,fine_tune"))
# With twenty labels a class scratch reaches 91.0 % (seeds 0 to 2: 90.4 to 91.5), as after sixty steps of sixteen
# images, which cost a tenth more; forty-five of twenty-five leave it at 89.0.
TRAINING = Training(steps=50, batch_size=20)

LESSON = Lesson(
    words="small_samples",
    predictions=("scratch", "frozen", "fine_tune", "tie"),
    controls=(
        Choice("target.per_class", (5, 20, 50), label="small_samples.up_to"),
        Choice("training.steps", (20, 35, 50, 80, 120)),
    ),
    presets=(
        Preset("small_samples.preset.good", {"training.steps": 120}),
        Preset("small_samples.preset.bad", {"training.steps": 20, "training.batch_size": 16}),
    ),
    shows=(SweepRequest,),
    base=Experiment(target=Target(per_class=20), training=TRAINING),
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
