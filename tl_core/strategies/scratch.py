"""From scratch: the baseline. Everything starts at random and everything learns."""

from __future__ import annotations

from tl_core.strategies.strategy import Strategy


class Scratch(Strategy):
    """Ignores the source, but for its pixel scaling, so that the entrants of a race see the same numbers."""

    uses_source = False
    needs_source = False
    fixed_body = False
    decays_body = True
