"""The engine of the transfer learning lab: what is computed, never what is seen.

`import tl_core` is cheap: torch is imported by what trains (`tl_core.perform` and below), not here.
"""

__version__ = "0.1.0"
