"""Fetch files once into the user's cache, and trust them only when their checksum is right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cnnlib._extras import require

_TIMEOUT = 30  # seconds without a byte


def cache_folder(dataset: str) -> Path:
    """Where the files of a dataset are kept, such as ``~/.cache/cnnlib/mnist``."""
    pooch = require("pooch", extra="datasets", what=f"datasets.{dataset}")
    return Path(pooch.os_cache("cnnlib")) / dataset


def fetch(dataset: str, url: str, checksums: Mapping[str, str], folder: Path) -> Path:
    """Download each file that is not in the folder yet.

    A file is written under its name only when it is complete and its checksum is right.

    Args:
        dataset: The dataset's name, for messages.
        url: What stands before the file names, with a slash at the end.
        checksums: File name -> ``"md5:…"`` or ``"sha256:…"``.
        folder: Where the files go; it is made when it is missing.

    Returns:
        The folder, which now has every file.

    Raises:
        OSError: If a file cannot be downloaded; the message says how to bring the files by hand.
        ValueError: If a downloaded file has another checksum.
        ImportError: If pooch is missing.
    """
    pooch = require("pooch", extra="datasets", what=f"datasets.{dataset}")
    downloader = pooch.HTTPDownloader(progressbar=True, timeout=_TIMEOUT)
    for name, checksum in checksums.items():
        try:
            pooch.retrieve(url + name, checksum, fname=name, path=folder, downloader=downloader)
        except OSError as error:  # no network, no such page, no room, no right to write
            raise OSError(_by_hand(dataset, url, checksums, folder, name, error)) from error
        except ValueError as error:
            raise ValueError(
                f"{url}{name} must have the checksum {checksum}; it has another one (perhaps a "
                "login page came instead). Nothing of it was kept."
            ) from error
    return folder


def _by_hand(
    dataset: str, url: str, names: Mapping[str, str], folder: Path, failed: str, error: OSError
) -> str:
    """What to do on a machine without a network."""
    files = "\n".join(f"  {url}{name}" for name in names)
    return (
        f"datasets.{dataset} could not download {failed}: {error}\n"
        f"Bring these files from another machine:\n{files}\n"
        f"and put them into {folder}\n"
        f"or into any other folder, and call datasets.{dataset}(path=folder)."
    )
