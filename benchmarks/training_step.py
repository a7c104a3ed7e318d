"""How long is a training step of the source's model, and how much memory does it take?

Every implementation lives in a process of its own and is asked in turn, so that a busy moment of
the machine hits all alike. Input and weights are random; the loss is computed, Adam takes the step.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BATCH, SHAPE = 32, (64, 64, 3)
Pair = tuple[Callable[[], Any], Callable[[], Any]]


def cnnlib_functions() -> Pair:
    """Forward pass and training step in cnnlib."""
    import numpy as np

    from cnnlib import Sequential
    from cnnlib.layers import Conv2D, Dense, Flatten, MaxPooling2D

    rng = np.random.default_rng(0)
    x, y = rng.random((BATCH, *SHAPE), np.float32), rng.integers(0, 2, BATCH)
    model = Sequential(
        [
            Conv2D(32, 3, activation="relu", input_shape=SHAPE),
            MaxPooling2D(2),
            Conv2D(64, 3, activation="relu"),
            MaxPooling2D(2),
            Flatten(),
            Dense(128, activation="relu"),
            Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    return lambda: model.predict_on_batch(x), lambda: model.train_on_batch(x, y)


def torch_functions(channels_last: bool) -> Pair:
    """Forward pass and training step in PyTorch, in either memory layout."""
    import torch
    from torch import nn

    torch.set_num_threads(os.cpu_count() or 1)
    layers = [nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU()]
    layers += [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12544, 128), nn.ReLU(), nn.Linear(128, 1)]
    model = nn.Sequential(*layers)
    x, y = torch.rand(BATCH, 3, 64, 64), (torch.rand(BATCH, 1) > 0.5).float()
    if channels_last:
        model, x = (
            model.to(memory_format=torch.channels_last),
            x.contiguous(memory_format=torch.channels_last),
        )
    optimizer = torch.optim.Adam(model.parameters())

    def step() -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
        loss.backward()
        optimizer.step()
        return float(loss)

    def forward() -> Any:
        with torch.inference_mode():
            return torch.sigmoid(model(x))

    return forward, step


IMPLEMENTATIONS: dict[str, Callable[[], Pair]] = {
    "cnnlib": cnnlib_functions,
    "torch": lambda: torch_functions(channels_last=False),
    "torch, channels last": lambda: torch_functions(channels_last=True),
}


def work(name: str) -> None:
    """Answer every line on stdin, ``forward N`` or ``step N``, with N times in seconds."""
    forward, step = IMPLEMENTATIONS[name]()
    functions = {"forward": forward, "step": step}
    for function in functions.values():
        for _ in range(3):
            function()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        kind, count = line.split()
        seconds = []
        for _ in range(int(count)):
            start = time.perf_counter()
            functions[kind]()
            seconds.append(time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak": peak}), flush=True)


def ask(worker: subprocess.Popen[str], kind: str, count: int) -> dict[str, Any]:
    """Let a worker measure."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{kind} {count}\n")
    worker.stdin.flush()
    return json.loads(worker.stdout.readline())


def start(name: str, python: str) -> subprocess.Popen[str] | None:
    """Start a worker; None if its library is missing."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    worker = subprocess.Popen(
        [python, __file__, "--worker", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert worker.stdout is not None
    if worker.stdout.readline():
        return worker
    print(f"{name}: skipped, its library is not installed for {python}")
    return None


def main() -> None:
    """Measure in turn and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", choices=IMPLEMENTATIONS, help=argparse.SUPPRESS)
    parser.add_argument("--torch-python", default=sys.executable, help="a Python that has torch")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--count", type=int, default=5, help="calls per round")
    options = parser.parse_args()
    if options.worker:
        work(options.worker)
        return
    pythons = {n: options.torch_python if n.startswith("torch") else sys.executable
               for n in IMPLEMENTATIONS}  # fmt: skip
    started = {name: start(name, python) for name, python in pythons.items()}
    workers = {name: worker for name, worker in started.items() if worker is not None}
    times: dict[tuple[str, str], list[float]] = {}
    peaks: dict[str, float] = {}
    for _ in range(options.rounds):
        for kind in ("forward", "step"):
            for name, worker in workers.items():
                answer = ask(worker, kind, options.count)
                times.setdefault((name, kind), []).extend(answer["seconds"][1:])
                peaks[name] = answer["peak"]
    print(f"{'':22}{'forward ms':>12}{'step ms':>12}{'step, least':>12}{'peak MiB':>10}"
          f"{'step / cnnlib':>15}")  # fmt: skip
    for name in workers:
        forward, step = (statistics.median(times[name, kind]) for kind in ("forward", "step"))
        ratio = step / statistics.median(times["cnnlib", "step"])
        least = min(times[name, "step"])
        print(f"{name:22}{forward * 1e3:12.2f}{step * 1e3:12.2f}{least * 1e3:12.2f}"
              f"{peaks[name]:10.0f}{ratio:15.2f}")  # fmt: skip
    for worker in workers.values():
        worker.kill()


if __name__ == "__main__":
    main()
