"""Pitfall 42: heads trained at once are the heads trained one by one, whichever others are in the stack."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from tl_core.experiment import Training
from tl_core.models.build import fresh_head
from tl_core.registry import OPTIMIZERS, SCHEDULES
from tl_core.seeding import stream
from tl_core.training.loop import train
from tl_core.training.many_heads import HeadTask, Stack
from tl_core.training.optimizers import made

IMAGES, FEATURES, CLASSES, STEPS = 60, 16, 5, 12
INPUTS = torch.randn(IMAGES, FEATURES, generator=stream(0, "inputs"))
LABELS = torch.randint(CLASSES, (IMAGES,), generator=stream(0, "labels"))


def task(seed: int, size: int | None = None) -> HeadTask:
    """A head of its own and batches of its own: of one size, or of 1 to 9 images by chance."""
    draws = stream(seed, "batches")
    sizes = [size or int(torch.randint(1, 10, (1,), generator=draws)) for _ in range(STEPS)]
    batches = tuple(torch.randperm(IMAGES, generator=draws)[:count] for count in sizes)
    return HeadTask(fresh_head(FEATURES, CLASSES, seed), batches)


def optimise(optimizer: str, schedule: str = "one_cycle"):
    training = Training.model_validate({"optimizer": optimizer, "schedule": schedule, "learning_rate": 0.05})

    def start(weights: list[Tensor]) -> tuple[Optimizer, LRScheduler]:
        moving = made(training, [{"params": weights, "lr": 0.05, "weight_decay": 0.1}])
        return moving, SCHEDULES[schedule].load()(moving, STEPS)

    return start


def alone(one: HeadTask, start) -> tuple[nn.Linear, list[float]]:
    """The same head, trained by the loop that everything else trains by."""
    batches = ((INPUTS[indices], LABELS[indices]) for indices in one.batches)
    losses = [loss for _, loss in train(one.head, batches, *start(list(one.head.parameters())))]
    return one.head, losses


@pytest.mark.parametrize("schedule", ["one_cycle", "constant"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_heads_at_once_are_the_heads_of_the_loop_for_every_optimizer(optimizer: str, schedule: str):
    start = optimise(optimizer, schedule)
    stack = Stack([task(seed) for seed in range(7)], INPUTS, LABELS, start)
    losses = torch.stack(list(stack.steps()), dim=1)
    for number in range(7):
        head, expected = alone(task(number), start)
        torch.testing.assert_close(losses[number], torch.tensor(expected), atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(stack.logits(number, INPUTS), head(INPUTS), atol=1e-5, rtol=1e-5)


def test_a_head_does_not_depend_on_the_others_in_its_stack():
    start, one = optimise("adamw"), 3
    by_itself = Stack([task(one)], INPUTS, LABELS, start)
    among_others = Stack([task(seed, size=1 + seed * 4) for seed in range(3)] + [task(one)], INPUTS, LABELS, start)
    for stack in (by_itself, among_others):
        assert len(list(stack.steps())) == STEPS
    together, single = among_others.logits(3, INPUTS), by_itself.logits(0, INPUTS)
    torch.testing.assert_close(together, single, atol=1e-5, rtol=1e-5)


def test_what_fills_a_batch_up_counts_nothing():
    start = optimise("sgd")
    batch, filler = torch.tensor([4, 5]), torch.tensor([1, 2, 3, 6, 7, 8])
    inputs = INPUTS.clone()
    stacks = []
    for first_image in (inputs[0], torch.full((FEATURES,), 1e6)):  # index 0 is what short batches are filled with
        inputs = torch.cat([first_image[None], INPUTS[1:]])
        heads = [fresh_head(FEATURES, CLASSES, seed) for seed in (0, 1)]
        pair = [HeadTask(heads[0], (batch,) * STEPS), HeadTask(heads[1], (filler,) * STEPS)]
        stacks.append(Stack(pair, inputs, LABELS, start))
        assert all(losses.isfinite().all() for losses in stacks[-1].steps())
    assert torch.equal(stacks[0].logits(0, INPUTS), stacks[1].logits(0, INPUTS))


def test_heads_leave_the_heads_they_were_started_from_alone():
    one = task(0)
    before = one.head.weight.detach().clone()
    for _ in Stack([one], INPUTS, LABELS, optimise("adam")).steps():
        pass
    assert torch.equal(one.head.weight, before)


def test_heads_that_take_unequally_many_steps_are_refused():
    short = HeadTask(task(1).head, task(1).batches[:-1])
    with pytest.raises(ValueError, match="shorter"):
        list(Stack([task(0), short], INPUTS, LABELS, optimise("sgd")).steps())
