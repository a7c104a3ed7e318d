"""The driver's end of a worker: how it is started, asked and stopped."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from benchmarks.options import Options, Pace
from benchmarks.settings import environment

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Implementation:
    """One way to compute, and the process it lives in.

    Attributes:
        module: Its module in :mod:`benchmarks.implementations`.
        options: Arguments of its ``make``.
        peer: Whether it runs on the Python that has the other libraries.
        pinned: Whether it is kept on as many cores as it may use threads, having no setting for it.
        variables: Environment variables it needs.
    """

    module: str
    options: dict[str, Any] = field(default_factory=dict)
    peer: bool = False
    pinned: bool = False
    variables: dict[str, str] = field(default_factory=dict)


class WorkerError(Exception):
    """A worker that cannot answer; the text says why."""


class Connection:
    """The driver's end of a worker process."""

    def __init__(self, command: Sequence[str], variables: dict[str, str]) -> None:
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        try:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            self._said.close()
            raise WorkerError(f"{command[0]} cannot be run: {error.strerror}") from error

    def receive(self) -> dict[str, Any]:
        """Wait for the next answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._said.seek(0)
            last = self._said.read().decode(errors="replace").strip().split("\n")[-1]
            raise WorkerError(
                f"its process ended ({self._process.returncode}): {last or 'no message'}"
            )
        answer = json.loads(line)
        if "error" in answer:
            raise WorkerError(answer["error"])
        return answer

    def ask(self, subject: Any, kind: str, pace: Pace) -> dict[str, Any]:
        """Let it measure one kind of call."""
        question = {"subject": subject, "kind": kind, "count": pace.calls, "seconds": pace.seconds}
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # receive() says why
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        return self.receive()

    def stop(self) -> None:
        """Hang up, and end the process if it does not by itself."""
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]
        self._said.close()


def connect(
    implementation: Implementation, options: Options, threads: int
) -> tuple[Connection, dict[str, str]]:
    """Start a worker.

    Returns:
        The connection, and the versions of the packages it uses.

    Raises:
        WorkerError: If its library is not installed, or it cannot start.
    """
    python = options.peers if implementation.peer else sys.executable
    task = {
        "module": implementation.module,
        "threads": threads,
        "options": implementation.options,
        "pin": implementation.pinned,
    }
    variables = environment(threads, options.isa, **implementation.variables)
    command = [python, "-m", "benchmarks.worker", json.dumps(task)]
    connection = Connection(command, variables)
    try:
        ready = connection.receive()
    except WorkerError:
        connection.stop()
        raise
    if "missing" in ready:
        connection.stop()
        raise WorkerError(f"not installed for {python} ({ready['missing']})")
    return connection, ready["ready"]
