"""A whole process: import a library, build the seed model, take one training step, say so.

``python -m benchmarks.first_step '{"module": ..., "options": ...}'`` prints a line when the library
is imported and one when the step is done, for who started it reads the clock; then the versions.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.metadata import version

from benchmarks.models import SEED
from benchmarks.worker import pin, private_stdout


def main() -> None:
    """Take the step."""
    task = json.loads(sys.argv[1])
    said = private_stdout()
    if task.get("pin"):
        pin(task["threads"])
    try:
        module = import_module(f"benchmarks.implementations.{task['module']}")
    except ImportError as error:
        said.write(f"missing: {error}\n")
        return
    said.write("imported\n")
    said.flush()
    module.make(SEED.as_dict(), task["threads"], **task["options"])["step"].function()
    said.write("stepped\n")
    said.flush()
    said.write(json.dumps({name: version(name) for name in module.PACKAGES}))


if __name__ == "__main__":
    main()
