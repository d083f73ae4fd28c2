"""A part of a data set knows what it was taken out of: its key is found without reading its pixels."""

import torch

from tl_core.data.dataset import load


def test_the_same_places_of_the_same_images_have_the_same_key():
    digits, places = load("digits").train, torch.tensor([5, 2, 9])
    assert digits.take(places).key == digits.take(places.clone()).key


def test_other_places_another_order_and_another_whole_have_other_keys():
    digits, places = load("digits").train, torch.tensor([5, 2, 9])
    part = digits.take(places)
    others = [digits, digits.take(places.flip(0)), digits.take(places[:2]), part.take(torch.arange(3))]
    others += [load("digits").test.take(places), part.resized(16)]
    keys = [other.key for other in (part, *others)]
    assert len(set(keys)) == len(keys)


def test_a_resized_part_is_a_whole_of_its_own():
    part = load("digits").train.take(torch.tensor([1, 2]))
    assert part.resized(16).key == part.resized(16).hash()
