"""The drawn letters: seeded, varied, and of 38 classes."""

from __future__ import annotations

import torch

from tl_core.data.drawn.letters import CLASSES, Variation, draw, letters


def test_there_are_the_26_capitals_and_twelve_small_letters_of_another_shape():
    assert len(CLASSES) == 38
    assert "".join(CLASSES[26:]) == "abdefghnqrty"


def test_the_same_seed_draws_the_same_letters_and_another_seed_others():
    assert draw(76, 3).hash() == draw(76, 3).hash() != draw(76, 4).hash()


def test_drawing_leaves_the_global_random_generator_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    draw(38, 1)
    assert torch.equal(torch.rand(3), expected)


def test_no_letter_is_empty_and_no_two_draws_of_a_class_are_equal():
    drawn = draw(38 * 6, 0)
    assert (drawn.images.flatten(1).amax(dim=1) == 255).all()
    assert len({image.numpy().tobytes() for image in drawn.images}) == len(drawn)


def test_without_variation_the_letters_of_a_class_differ_only_in_stroke_and_resolution():
    still = Variation(size=(1.0, 1.0), rotation=0, shear=0, stretch=0, shift=0)
    drawn = draw(38 * 60, 0, still)
    pictures = {image.numpy().tobytes() for image in drawn.images[drawn.labels == 0]}
    assert len(pictures) <= 4 * 6


def test_as_a_target_letters_have_69_images_a_class_and_a_test_split_of_their_own():
    splits = letters()
    assert torch.bincount(splits.train.labels).min() == 69
    assert splits.train.hash() != splits.test.hash()
    assert len(splits.test) == 1000
