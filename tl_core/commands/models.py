"""`model`: a trained net as a file that others can load."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tl_core.errors import WeightsError
from tl_core.registry import WEIGHTS_ID
from tl_core.requests.use import ENDINGS


def add_model(commands: argparse._SubParsersAction) -> None:
    """`model` on the parser's list."""
    parser = commands.add_parser("model", help="a trained net as a file to take along; its card to standard output")
    parser.add_argument("net", help="the id of a net that the lab keeps (weights-…), or FILE as run --weights wrote it")
    parser.add_argument("--out", required=True, help=f"the file to write, ending in {', '.join(ENDINGS.values())}")
    parser.add_argument("--language", choices=["en", "zh"], default="en")
    parser.set_defaults(command=_model)


def _model(options: argparse.Namespace) -> None:
    from tl_core.device import use_one_thread
    from tl_core.portable.forms import form_of, taken

    use_one_thread()
    form = form_of(options.out)
    found = taken(_name(options.net), form)
    try:
        Path(options.out).write_bytes(found.content)
    except OSError as error:
        raise WeightsError("cannot_write", path=options.out, reason=error.strerror or str(error)) from None
    sys.stdout.write(json.dumps(found.card, ensure_ascii=False) + "\n")


def _name(net: str) -> str:
    """The id of a net, which this process has from here on: a file is read, an id is looked for in the lab's store.

    Raises `WeightsError` where there is neither.
    """
    from tl_core.models.kept import take
    from tl_core.models.own import register

    if not WEIGHTS_ID.fullmatch(net):
        return register(net)
    from tl_core.lab.store import Store

    store = Store()
    try:
        files = store.files(net)
    finally:
        store.close()
    if net not in files:
        raise WeightsError("weights_unknown", id=net)
    return take(files[net])
