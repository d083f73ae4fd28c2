"""The loop against plain PyTorch, and what surrounds it."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD, AdamW

from tl_core.circumstances import Normalisation
from tl_core.experiment import Training
from tl_core.training.batches import plan, scaled, statistics
from tl_core.training.loop import train
from tl_core.training.schedules import constant, cosine, one_cycle


def toy(seed: int = 0):
    generator = torch.Generator().manual_seed(seed)
    model = nn.Linear(4, 3)
    with torch.no_grad():
        model.weight.normal_(generator=generator)
        model.bias.zero_()
    inputs, labels = torch.randn(20, 4, generator=generator), torch.randint(3, (20,), generator=generator)
    return model, [(inputs[i : i + 5], labels[i : i + 5]) for i in range(0, 20, 5)]


def test_the_loop_is_plain_pytorch_to_the_last_bit():
    ours, batches = toy()
    optimizer = AdamW(ours.parameters(), lr=0.05)
    losses = [loss for _, loss in train(ours, batches, optimizer, one_cycle(optimizer, 4))]

    plain, _ = toy()
    optimizer = AdamW(plain.parameters(), lr=0.05)
    schedule = one_cycle(optimizer, 4)
    expected = []
    for inputs, labels in batches:
        optimizer.zero_grad()
        loss = cross_entropy(plain(inputs), labels)
        loss.backward()
        optimizer.step()
        schedule.step()
        expected.append(loss.item())
    assert losses == expected
    assert torch.equal(ours.weight, plain.weight)


def test_gradients_are_on_between_two_steps_even_if_somebody_tests_in_between():
    """A generator that yields inside `no_grad` switches gradients off for a whole race; it did once."""
    from tl_core.training.evaluate import logits

    model, batches = toy()
    optimizer = SGD(model.parameters(), lr=0.1)
    chunks = logits(model, torch.zeros(250, 4))
    for _ in train(model, batches, optimizer, constant(optimizer, 4)):
        next(chunks, None)
        assert torch.is_grad_enabled()


def test_schedules_keep_the_ratio_of_head_and_body_at_every_step():
    for schedule in (one_cycle, cosine, constant):
        body, head = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        optimizer = SGD([{"params": [body], "lr": 0.003}, {"params": [head], "lr": 0.03}])
        steps = schedule(optimizer, 20)
        for _ in range(20):
            low, high = (group["lr"] for group in optimizer.param_groups)
            assert abs(high - 10 * low) < 1e-9
            optimizer.step()
            steps.step()


def test_one_cycle_reaches_its_peak_once_and_ends_near_nothing():
    weight = nn.Parameter(torch.zeros(1))
    optimizer = SGD([weight], lr=1.0)
    steps, rates = one_cycle(optimizer, 60), []
    for _ in range(60):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        steps.step()
    assert max(rates) > 0.98
    assert 10 <= rates.index(max(rates)) <= 22
    assert rates[-1] < 0.01


def test_every_epoch_sees_every_image_once_and_no_batch_has_a_single_image():
    """33 images in batches of 32 make 17 and 16: a last batch of one would spoil BatchNorm (pitfall 12)."""
    drawn = plan(33, Training(steps=10, batch_size=32), seed=0)
    assert {len(batch) for batch in drawn.batches} == {16, 17}
    for first, second in zip(drawn.batches[::2], drawn.batches[1::2], strict=True):
        assert sorted(torch.cat([first, second]).tolist()) == list(range(33))
    assert drawn.epoch_ends == {2, 4, 6, 8, 10}


def test_epochs_count_whole_passes():
    drawn = plan(50, Training.model_validate({"epochs": 3, "batch_size": 32}), seed=0)
    assert len(drawn.batches) == 6


def test_scaling_by_their_own_statistics_gives_mean_0_and_deviation_1():
    images = torch.randint(0, 256, (50, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    scaled_images = scaled(images, statistics(images, "training"), torch.device("cpu"))
    assert scaled_images.mean(dim=(0, 2, 3)).abs().max() < 1e-5
    assert (scaled_images.std(dim=(0, 2, 3)) - 1).abs().max() < 1e-4


def test_scaling_uses_each_channels_own_numbers():
    normalisation = Normalisation(mean=(0.0, 0.5, 1.0), std=(1.0, 0.5, 0.25), owner="card")
    white = torch.full((1, 3, 1, 1), 255, dtype=torch.uint8)
    assert scaled(white, normalisation, torch.device("cpu")).flatten().tolist() == [1.0, 1.0, 0.0]
