"""TensorFlow.js, fetched by npm into the user's cache folder when the page is to be measured."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from platformdirs import user_cache_path

VERSION = "4.22.0"
PACKAGES = ("@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm")
FILES = (
    "tfjs/dist/tf.min.js",
    "tfjs-backend-wasm/dist/tf-backend-wasm.min.js",
    "tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm",
    "tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
    "tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm",
)


class UnavailableError(Exception):
    """TensorFlow.js cannot be had; the text says why."""


def files(folder: Path | None = None) -> dict[str, Path]:
    """What a page loads: file name -> path. Fetched at the first use.

    Args:
        folder: Where to keep it; by default below the user's cache folder.

    Raises:
        UnavailableError: If npm is missing, or cannot fetch it.
    """
    folder = folder or user_cache_path("see-through-cnns") / f"tfjs-{VERSION}"
    found = {Path(name).name: folder / "node_modules/@tensorflow" / name for name in FILES}
    if all(path.is_file() for path in found.values()):
        return found
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"]
    what = [f"{package}@{VERSION}" for package in PACKAGES]
    command = [npm, "install", "--prefix", str(folder), *quiet, *what]
    done = subprocess.run(command, capture_output=True, text=True)
    missing = [name for name, path in found.items() if not path.is_file()]
    if done.returncode or missing:
        last = done.stderr.strip().split("\n")[-1] or f"without {', '.join(missing)}"
        raise UnavailableError(f"npm cannot install it: {last}")
    return found
