"""Feature maps and kernels are the net's own, and what is not there is said."""

import base64
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from tests.models.exports import SHIPPED
from tests.performing import report_of
from tl_core.data.dataset import load
from tl_core.errors import DataError, SpecError
from tl_core.experiment import Experiment
from tl_core.models.build import build
from tl_core.models.kept import bring
from tl_core.models.own import own_weights
from tl_core.models.weights import source_weights
from tl_core.perform import perform
from tl_core.queries.activations import coloured, grey
from tl_core.requests import ActivationsQuery, RunRequest
from tl_core.training.batches import scaled


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(base64.b64decode(uri.partition(",")[2]))))


@pytest.mark.parametrize("group", ["stem", "stage2"])
def test_the_maps_are_what_a_hook_on_that_group_sees(group):
    source, image = source_weights("letters"), load("digits").train.images[7]
    network = build("resnet_tiny", 10, 3)
    source.load_into(network, "resnet_tiny")
    caught = []
    network.groups[group].register_forward_hook(lambda _, __, out: caught.append(out[0].detach()))
    network.eval()(scaled(image[None], source.normalisation, torch.device("cpu")))
    report = report_of(ActivationsQuery(image=7, group=group))
    assert (report.channels, report.side) == (caught[0].shape[0], caught[0].shape[-1])
    for shown, top, one in zip(report.maps, report.strongest, caught[0], strict=False):
        assert top == pytest.approx(one.max().item(), abs=1e-3)
        assert np.array_equal(pixels(shown)[..., 0], grey(one)[0].numpy())
    assert np.array_equal(pixels(report.picture), image.permute(1, 2, 0).numpy())


def test_kernels_are_those_of_the_first_layer_with_weight_nought_in_the_middle():
    kernel = source_weights("letters").tensors["stem.0.weight"][4]
    report = report_of(ActivationsQuery())
    assert np.array_equal(pixels(report.kernels[4]), coloured(kernel).permute(1, 2, 0).numpy())
    assert coloured(torch.tensor([[[0.0]], [[-2.0]], [[2.0]]])).flatten().tolist() == [128, 0, 255]
    assert grey(torch.full((2, 2), -1.0)).max() == 0


def test_the_card_says_what_was_learnt_with_labels_without_and_not_at_all():
    letters, rebuilt, nothing = (
        report_of(ActivationsQuery(source=name)).learnt for name in ("letters", "objects_autoencoder", "untrained")
    )
    assert letters.accuracy > 0.99
    assert letters.classes == 38
    assert (rebuilt.accuracy, rebuilt.classes, rebuilt.images) == (None, 0, 20000)
    assert nothing is None


@pytest.mark.parametrize("place", [(0, 0, 0), (5, 7, 9), (15, 15, 15)])
def test_a_cell_is_the_number_that_the_net_computes_at_that_place(place):
    kernel, row, column = place
    source, image = source_weights("letters"), load("digits").train.images[7]
    network = build("resnet_tiny", 10, 3)
    source.load_into(network, "resnet_tiny")
    inputs = scaled(image[None], source.normalisation, torch.device("cpu"))
    convolution = network.eval().groups["stem"][0](inputs)[0, kernel, row, column].item()
    after = network.groups["stem"](inputs)[0, kernel, row, column].item()
    cell = report_of(ActivationsQuery(image=7, cell=place)).cell
    assert cell.total == pytest.approx(convolution, abs=1e-5)
    assert cell.active == pytest.approx(after, abs=1e-5)
    by_hand = np.array(cell.patch) * np.array(cell.weights)
    assert by_hand.sum() == pytest.approx(cell.total, abs=1e-5)
    assert cell.active == max(0.0, cell.normalised)


def test_an_unknown_image_or_group_is_refused_with_what_there_is():
    with pytest.raises(DataError, match="numbers from 0 to"):
        report_of(ActivationsQuery(image=100_000))
    with pytest.raises(SpecError, match="stem, stage1, stage2, stage3"):
        report_of(ActivationsQuery(group="pool"))
    with pytest.raises(SpecError, match=r"0…15, 0…15, 0…15"):
        report_of(ActivationsQuery(cell=(16, 0, 0)))


def a_file(colour: str) -> str:
    """A picture of 50×40 pixels as base64."""
    buffer = BytesIO()
    Image.new("RGB", (50, 40), colour).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def test_a_picture_of_ones_own_is_looked_at_in_the_images_place():
    red, blue = (report_of(ActivationsQuery(picture=a_file(colour), image=7)) for colour in ("red", "blue"))
    assert (red.label, blue.label) == ("", "")
    assert red.picture != blue.picture
    assert red.strongest != blue.strongest


@pytest.mark.parametrize(("content", "code"), [(b"", "picture_empty"), (b"no image", "picture_not_an_image")])
def test_a_picture_that_cannot_be_read_is_refused_with_its_reason(content, code):
    with pytest.raises(DataError) as refused:
        report_of(ActivationsQuery(picture=base64.b64encode(content).decode()))
    assert refused.value.code == code


def test_text_that_is_no_base64_is_a_damaged_picture():
    with pytest.raises(DataError) as refused:
        report_of(ActivationsQuery(picture="a"))
    assert refused.value.code == "picture_damaged"


@pytest.mark.parametrize(
    ("backbone", "first", "by_hand"), [("vgg_tiny", "block1", False), ("mobilenet_tiny", "stem", True)]
)
def test_nets_of_other_builds_show_their_own_groups(backbone, first, by_hand):
    spec = {"source": None, "model": {"backbone": backbone}, "strategy": {"name": "scratch"}, "training": {"steps": 1}}
    *_, last = perform(RunRequest(experiment=Experiment.model_validate(spec)))
    report = report_of(ActivationsQuery(source=last.report.net, cell=(1, 2, 3)))
    assert report.groups[0] == first
    assert (report.cell is not None) is by_hand


def test_one_number_of_an_exports_first_layer_by_hand_is_the_layers_own():
    """Its convolution pads right and bottom only, and its ReLU ends at 6."""
    source = bring(SHIPPED.read_bytes(), "mine.zip").id
    network = build("mobilenet_v2_035", 2, 0).eval()
    own_weights(source).load_into(network, "mobilenet_v2_035")
    image = scaled(load("digits").train.images[:1], own_weights(source).normalisation, torch.device("cpu"))
    with torch.no_grad():
        maps = network.body.stem(image)[0]
    for kernel, row, column in ((1, 2, 3), (15, 15, 15), (0, 0, 15)):
        cell = report_of(ActivationsQuery(source=source, cell=(kernel, row, column))).cell
        assert cell.active == pytest.approx(maps[kernel, row, column].item(), abs=1e-5)


def test_a_net_without_maps_is_refused_in_words():
    spec = {"source": None, "model": {"backbone": "row_rnn"}, "strategy": {"name": "scratch"}, "training": {"steps": 1}}
    *_, last = perform(RunRequest(experiment=Experiment.model_validate(spec)))
    with pytest.raises(SpecError):
        report_of(ActivationsQuery(source=last.report.net))
