"""MNIST from a folder and through a download, with small files from a server of our own."""

from __future__ import annotations

import gc
import gzip
import hashlib
import struct
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from cnnlib import datasets
from cnnlib.datasets import _download, _mnist

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

NAMES = list(_mnist._MNIST)
LOADERS = {
    "mnist": (datasets.mnist, "_MNIST"),
    "fashion_mnist": (datasets.fashion_mnist, "_FASHION"),
}


def idx(numbers):
    sizes = struct.pack(f">{numbers.ndim}I", *numbers.shape)
    return bytes([0, 0, 8, numbers.ndim]) + sizes + numbers.tobytes()


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    sizes = [(5, 28, 28), (5,), (3, 28, 28), (3,)]
    return [rng.integers(0, 256 if len(s) == 3 else 10, s, np.uint8) for s in sizes]


@pytest.fixture
def served(tmp_path, arrays):
    """A folder with the four files as a server has them."""
    folder = tmp_path / "served"
    folder.mkdir()
    for name, numbers in zip(NAMES, arrays, strict=True):
        (folder / name).write_bytes(gzip.compress(idx(numbers)))
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(served):
    """The folder's address."""
    handler = partial(Quiet, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
        thread.join()


class Download(NamedTuple):
    load: Callable[[], Any]
    cache: Path
    url: str  # the constant that holds the address


@pytest.fixture(params=LOADERS)
def download(request, tmp_path, served, server, monkeypatch):
    """A loader that is directed to our server and to an empty cache."""
    load, table = LOADERS[request.param]
    monkeypatch.setattr(_mnist, f"{table}_URL", server)
    monkeypatch.setattr(
        _mnist,
        table,
        {n: f"md5:{hashlib.md5((served / n).read_bytes()).hexdigest()}" for n in NAMES},
    )
    monkeypatch.setattr(_mnist, "cache_folder", lambda dataset: tmp_path / "cache" / dataset)
    yield Download(load, tmp_path / "cache" / request.param, f"{table}_URL")
    gc.collect()  # a failed download leaves its socket to Python: not in somebody else's test


def assert_loaded(loaded, arrays):
    (x_train, y_train), (x_test, y_test) = loaded
    assert x_train.shape == (5, 28, 28, 1)
    assert x_test.dtype == np.float32
    assert y_test.dtype == np.int64
    assert np.array_equal(x_train[..., 0], arrays[0].astype(np.float32) / 255)
    assert np.array_equal(y_train, arrays[1])
    assert np.array_equal(x_test[..., 0], arrays[2].astype(np.float32) / 255)
    assert np.array_equal(y_test, arrays[3])


@pytest.mark.parametrize("load", [datasets.mnist, datasets.fashion_mnist])
def test_read_from_a_folder(load, served, arrays):
    assert_loaded(load(path=served), arrays)
    assert_loaded(load(path=str(served)), arrays)


def test_read_unpacked_files(served, arrays):
    for name in NAMES:
        packed = served / name
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    assert_loaded(datasets.mnist(path=served), arrays)


def test_missing_files_are_named(served):
    (served / NAMES[1]).unlink()
    (served / NAMES[2]).unlink()
    with pytest.raises(FileNotFoundError, match=f"four files of mnist.*no {NAMES[1]}, {NAMES[2]}"):
        datasets.mnist(path=served)


def test_images_and_labels_belong_together(served, arrays):
    (served / NAMES[1]).write_bytes(idx(arrays[1][:-1]))
    with pytest.raises(ValueError, match=r"one label per image, shape \(5,\); got \(4,\)"):
        datasets.mnist(path=served)
    (served / NAMES[0]).write_bytes(idx(arrays[1]))
    with pytest.raises(ValueError, match=r"must hold bytes of shape \(s, h, w\); got uint8"):
        datasets.mnist(path=served)


def test_download_once(download, served, arrays):
    assert_loaded(download.load(), arrays)
    assert sorted(path.name for path in download.cache.iterdir()) == sorted(NAMES)
    for name in NAMES:  # nothing is left to be served: now the cache must do
        (served / name).unlink()
    assert_loaded(download.load(), arrays)


def test_a_wrong_checksum_keeps_nothing(download, served):
    (served / NAMES[0]).write_bytes(b"<html>Please log in</html>")
    with pytest.raises(ValueError, match=f"{NAMES[0]} must have the checksum md5:.*Nothing of it"):
        download.load()
    assert list(download.cache.iterdir()) == []


def test_a_missing_page_says_how_to_go_on(download, served):
    (served / NAMES[3]).unlink()
    with pytest.raises(OSError, match=f"could not download {NAMES[3]}.*404") as error:
        download.load()
    for name in NAMES:
        assert name in str(error.value)
    assert f"put them into {download.cache}" in str(error.value)
    assert f"datasets.{download.load.__name__}(path=folder)" in str(error.value)
    assert sorted(p.name for p in download.cache.iterdir()) == sorted(NAMES[:3])


def test_no_network(download, monkeypatch):
    monkeypatch.setattr(_mnist, download.url, "http://127.0.0.1:9/")
    with pytest.raises(OSError, match="Bring these files from another machine"):
        download.load()
    assert list(download.cache.iterdir()) == []


def test_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / project)
    assert _download.cache_folder("mnist") == tmp_path / "cnnlib" / "mnist"


@pytest.mark.parametrize("table", [_mnist._MNIST, _mnist._FASHION])
def test_the_checksums_are_whole(table):
    assert len(set(table.values())) == 4
    for checksum in table.values():
        kind, digits = checksum.split(":")
        assert kind == "md5"
        assert len(bytes.fromhex(digits)) == 16
