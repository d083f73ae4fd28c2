"""Figures to reach, measured in one run: `python -m tests.benchmarks`, or `--json` for machines."""
