"""How long until cnnlib has trained for one epoch on a machine that has compiled nothing yet?"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = """
import time
start = time.perf_counter()
import cnnlib
imported = time.perf_counter() - start
from cnnlib import Sequential
from cnnlib.layers import Conv2D, Dense, Flatten, MaxPooling2D
(x, y), _ = cnnlib.datasets.digits()
model = Sequential([
    Conv2D(16, 3, activation="relu", input_shape=(8, 8, 1)), MaxPooling2D(2), Flatten(),
    Dense(32, activation="relu"), Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
start = time.perf_counter()
model.fit(x, y, epochs=1, verbose=0)
fitted = time.perf_counter() - start
from cnnlib.kernels import KERNELS
compiled = sum(sum(k.stats.cache_misses.values()) for k, _ in KERNELS.values())
print(f"import {imported:.2f} s, first epoch {fitted:.2f} s, {compiled} kernels compiled")
"""


def main() -> None:
    """Run the program twice, with an empty cache and with the one it left."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            **os.environ,
            "NUMBA_CACHE_DIR": cache,
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        for title in ("nothing compiled", "second process"):
            output = subprocess.run(
                [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
            )
            print(f"{title}: {output.stdout.strip() or output.stderr}")


if __name__ == "__main__":
    main()
