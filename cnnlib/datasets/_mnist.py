"""MNIST and Fashion-MNIST: 70,000 gray images each, downloaded once."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from cnnlib.datasets._check import Part, Split
from cnnlib.datasets._download import cache_folder, fetch
from cnnlib.datasets._idx import read_idx

FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

# Both datasets have the same four files. The checksums are those that torchvision states.
_MNIST_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_MNIST = {
    "train-images-idx3-ubyte.gz": "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "md5:d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "md5:9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "md5:ec29112dd5afa0611ce80d1b7f02629c",
}
_FASHION_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_FASHION = {
    "train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
}


def mnist(path: str | os.PathLike[str] | None = None) -> Split:
    """Load MNIST: handwritten digits of 28 × 28 pixels, 60,000 to train and 10,000 to test.

    Args:
        path: A folder that has the four files already (``train-images-idx3-ubyte.gz`` …, plain or
            gzipped). Without it they are downloaded once (11 MB) into the user's cache.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images (s, 28, 28, 1), float32 in [0, 1], and the
        digits 0…9, int64 (s,).

    Raises:
        FileNotFoundError: If a file is not in ``path``.
        OSError: If a download fails; the message names the files and where to put them.
        ValueError: If a checksum is wrong or a file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = mnist()  # doctest: +SKIP
        >>> x_train.shape  # doctest: +SKIP
        (60000, 28, 28, 1)

    References:
        Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document
        recognition, Proceedings of the IEEE 86 (11), 1998.
    """
    return _read(_folder("mnist", path, _MNIST_URL, _MNIST))


def fashion_mnist(path: str | os.PathLike[str] | None = None) -> Split:
    """Load Fashion-MNIST: clothes of 28 × 28 pixels, in the files and the sizes of MNIST.

    ``datasets.FASHION_CLASSES[label]`` is the name of a class.

    Args:
        path: As for ``mnist``; the download has 31 MB.

    Returns:
        As ``mnist``.

    Raises:
        OSError, ValueError: As ``mnist``.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = fashion_mnist()  # doctest: +SKIP
        >>> FASHION_CLASSES[9]
        'Ankle boot'

    References:
        H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking
        machine learning algorithms, 2017, https://arxiv.org/abs/1708.07747 (MIT license).
    """
    return _read(_folder("fashion_mnist", path, _FASHION_URL, _FASHION))


def _folder(
    dataset: str, path: str | os.PathLike[str] | None, url: str, files: dict[str, str]
) -> Path:
    """The reader's folder, or the cache after the download."""
    if path is None:
        return fetch(dataset, url, files, cache_folder(dataset))
    folder = Path(path)
    missing = [name for name in files if not _candidates(folder, name)]
    if missing:
        raise FileNotFoundError(
            f"`path` must be a folder with the four files of {dataset}, gzipped or not; {folder} "
            f"has no {', '.join(missing)}."
        )
    return folder


def _candidates(folder: Path, name: str) -> list[Path]:
    """The file as it is served, or unpacked."""
    return [path for path in (folder / name, (folder / name).with_suffix("")) if path.is_file()]


def _read(folder: Path) -> Split:
    return _part(folder, "train"), _part(folder, "t10k")


def _part(folder: Path, part: str) -> Part:
    """Read the images and the labels of one part, and see that they belong together."""
    x_path = _candidates(folder, f"{part}-images-idx3-ubyte.gz")[0]
    y_path = _candidates(folder, f"{part}-labels-idx1-ubyte.gz")[0]
    x, y = read_idx(x_path), read_idx(y_path)
    if x.dtype != np.uint8 or x.ndim != 3:
        raise ValueError(
            f"{x_path} must hold bytes of shape (s, h, w); got {x.dtype}, shape {x.shape}."
        )
    if y.shape != x.shape[:1]:
        raise ValueError(
            f"{y_path} must hold one label per image, shape {x.shape[:1]}; got {y.shape}."
        )
    return x[..., np.newaxis].astype(np.float32) / np.float32(255), y.astype(np.int64)
