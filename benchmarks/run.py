"""Measure everything, or some parts of it, and write the record.

python benchmarks/run.py                          all parts
python benchmarks/run.py --only networks page     some of them
python benchmarks/run.py --quick                  only to see that everything runs
python benchmarks/run.py --show                   the record's tables, without measuring
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # instead of this folder, whose names are not for `import`

from benchmarks import machine, report, results  # noqa: E402
from benchmarks.options import QUICK, Options, Pace  # noqa: E402
from benchmarks.settings import ISAS, check_isa  # noqa: E402

RECORD = ROOT / "benchmarks" / "results.json"


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    add = parser.add_argument
    add("--only", nargs="+", choices=results.GROUPS, metavar="PART", default=list(results.GROUPS),
        help=f"parts to measure: {', '.join(results.GROUPS)}")  # fmt: skip
    add("--quick", action="store_true", help="seconds instead of minutes; numbers mean nothing")
    add("--peers-python", default=sys.executable, metavar="PATH",
        help="a Python that has torch, tensorflow, keras or jax")  # fmt: skip
    add("--threads", nargs="+", type=int, default=[1, 2],
        help="numbers of threads; layers, growth: the largest of them")  # fmt: skip
    add("--isa", choices=ISAS, default="native", help="no newer instructions than these")
    add("--rounds", type=int, help="turns of every implementation")
    add("--output", type=Path, help="the record; benchmarks/results.json unless --quick")
    add("--show", action="store_true", help="print the record's tables, measure nothing")
    found = parser.parse_args(arguments)
    for name, least in (("threads", min(found.threads)), ("rounds", found.rounds)):
        if least is not None and least < 1:
            parser.error(f"--{name} must be 1 or more; got {least}")
    return found


def options_of(found: argparse.Namespace) -> Options:
    """The same as the parts take it."""
    pace = QUICK if found.quick else Pace()
    if found.rounds:
        pace = dataclasses.replace(pace, rounds=found.rounds)
    # a path means a place seen from here, but workers start in the project's folder
    python = shutil.which(found.peers_python) or found.peers_python
    return Options(str(Path(python).absolute()), tuple(found.threads), found.isa, pace)


def main() -> None:
    """Measure, print, write."""
    found = read_arguments()
    path = found.output or (RECORD if found.show or not found.quick else None)
    record = results.EMPTY if path is None else results.load(path)
    if found.show:
        print("\n".join(map(report.text, report.tables(record))))
        return
    here = machine.describe()
    try:
        check_isa(found.isa)
        results.check_machine(record, here)
    except ValueError as error:
        sys.exit(str(error))
    options = options_of(found)
    for name in results.GROUPS:  # the page last: it makes this process large
        if name not in found.only:
            continue
        measured = import_module(f"benchmarks.parts.{name}").measure(options)
        run = {"date": date.today().isoformat(), "python": here["python"], **measured.versions}
        record = results.merge(record, name, measured.rows, here, run)
        if path is not None:
            results.save(record, path)
        print()
        print("\n".join(map(report.text, report.PARTS[name](record))), flush=True)


if __name__ == "__main__":
    main()
