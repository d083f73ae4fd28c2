"""Answers a `TakeQuery`: a run's net as a file, which is held as an attachment until it is sent beside the report.

Programs are made in a process of their own: while `torch.export` works, `torch.compiler.is_compiling()` is true for
the whole process, and optimizers then compute in other precision; a training beside it would end in other numbers.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import tl_core
from tl_core import attachments
from tl_core.data.layout import clean_name
from tl_core.errors import TLError
from tl_core.events import Event, Finished
from tl_core.models.own import own_weights
from tl_core.models.trained import trained_net
from tl_core.portable.forms import check_installed, taken
from tl_core.requests.use import ENDINGS, Form, TakeQuery, TakeReport

SECONDS = 100  # 7 s of one core, half of them for importing torch; 64 s beside eleven busy processes


def take(query: TakeQuery) -> Iterator[Event]:
    """Raises as `tl_core.portable.forms.taken` does, and `TLError` `export_failed`."""
    net, card = trained_net(query.net), own_weights(query.net).card
    content = taken(query.net, "safetensors").content
    if query.form != "safetensors":
        check_installed(query.form)
        content = _made_elsewhere(content, query.form)
    file = attachments.id_of(content)
    attachments.put(file, content)
    yield Finished(
        report=TakeReport(
            net=query.net,
            form=query.form,
            file=file,
            name=f"{clean_name(str(card.get('name', ''))) or query.net}{ENDINGS[query.form]}",
            size=len(content),
            side=net.side,
            class_names=net.class_names,
        )
    )


def _made_elsewhere(weights: bytes, form: Form) -> bytes:
    """By the command line's `model`, out of the net's own file."""
    with TemporaryDirectory() as folder:
        given, made = Path(folder, "net.safetensors"), Path(folder, f"made{ENDINGS[form]}")
        given.write_bytes(weights)
        command = [sys.executable, "-m", "tl_core", "model", str(given), "--out", str(made)]
        home = Path(tl_core.__file__).parents[1]
        try:
            subprocess.run(command, cwd=home, capture_output=True, timeout=SECONDS, check=True)
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {error.returncode}"]
            raise TLError("export_failed", reason=said[-1][:200]) from None
        except subprocess.TimeoutExpired:
            raise TLError("export_failed", reason=f"{SECONDS} s") from None
        return made.read_bytes()
