"""A race of update rules as a script: the same surface, start and rate with `torch.optim`, and the same endings."""

from __future__ import annotations

from tl_core.descent.race import FAR, STEPS, DescentRace
from tl_core.descent.surfaces import SURFACES
from tl_core.export.layout import environment

FILE_NAME = "gradient_descent.py"
OPTIMIZERS = {
    "sgd": "torch.optim.SGD(weights, lr=RATE)",
    "momentum": "torch.optim.SGD(weights, lr=RATE, momentum=0.9)",
    "nesterov": "torch.optim.SGD(weights, lr=RATE, momentum=0.9, nesterov=True)",
    "rmsprop": "torch.optim.RMSprop(weights, lr=RATE)",
    "adam": "torch.optim.Adam(weights, lr=RATE)",
}


def descent_script(race: DescentRace, language: str) -> str:
    """Python source of about 40 lines that needs nothing but PyTorch."""
    template = environment(language).get_template("descent.py.jinja")
    rules = {name: OPTIMIZERS[name] for name in race.rules}
    return template.render(race=race, rules=rules, formula=SURFACES[race.surface].code, steps=STEPS, far=FAR)
