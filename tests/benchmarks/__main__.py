"""Measure all figures in one run and print them; the exit code is 1 where one is missed."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from dataclasses import asdict

from tests.benchmarks import browser, engine, notebook, pages, races, studio, watching

PARTS = {
    "races": races,
    "browser": browser,
    "watching": watching,
    "pages": pages,
    "notebook": notebook,
    "studio": studio,
    "engine": engine,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts (default: all)")
    options = parser.parse_args()
    figures = []
    for name in options.parts or PARTS:
        for figure in PARTS[name].measure():
            figures.append(figure)
            if not options.json:
                if len(figures) == 1:
                    print("| figure | measured | bar | measurements | |\n|---|---|---|---|---|")
                print(figure.line(), flush=True)
    if options.json:
        rows = [asdict(figure) | {"reached": figure.reached} for figure in figures]
        print(json.dumps({"machine": platform.platform(), "figures": rows}, indent=1))
    return 0 if all(figure.reached for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
