"""IDX files that the tests write themselves."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

from cnnlib import datasets


def idx(code, sizes, numbers):
    return bytes([0, 0, code, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + numbers


@pytest.mark.parametrize(
    ("code", "dtype"),
    [(0x08, "u1"), (0x09, "i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0D, ">f4"), (0x0E, ">f8")],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_type_plain_and_gzipped(tmp_path, code, dtype, pack):
    numbers = np.arange(-3, 3).astype(dtype).reshape(1, 2, 3)
    (tmp_path / "file").write_bytes(pack(idx(code, (1, 2, 3), numbers.tobytes())))
    read = datasets.read_idx(tmp_path / "file")
    assert np.array_equal(read, numbers)
    assert read.dtype == np.dtype(dtype).newbyteorder("=")
    assert read.flags.writeable


def test_a_name_may_be_a_string(tmp_path):
    (tmp_path / "file").write_bytes(idx(8, (2,), b"ab"))
    assert datasets.read_idx(str(tmp_path / "file")).tolist() == [97, 98]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "begins with 0x.*empty"),
        (b"\0\0", "begins with 0x0000"),
        (b"\x89PNG....", "An IDX file begins with two zero bytes.*0x89504e47"),
        (bytes([0, 0, 7, 1, 0, 0, 0, 0]), "0x00000701"),
        (bytes([0, 0, 8, 3, 0, 0]), "must state 3 sizes; it ends after 6 bytes"),
        (idx(8, (2, 3), b"abcde"), r"states the shape \(2, 3\) and must have 18 bytes; .* short"),
        (idx(8, (2, 3), b"abcdefg"), "must have 18 bytes; it is too long: 19 bytes"),
        (gzip.compress(idx(8, (2,), b"ab"), mtime=0)[:-4], "must be a whole gzip file"),
        (gzip.compress(idx(8, (2,), b"ab"), mtime=0)[:12], "must be a whole gzip file"),
        (b"\x1f\x8b" + bytes(20), "must be a whole gzip file"),
    ],
)
def test_damaged_files(tmp_path, content, message):
    (tmp_path / "broken.idx").write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        datasets.read_idx(tmp_path / "broken.idx")
    assert "broken.idx" in str(error.value)


def test_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        datasets.read_idx(tmp_path / "nowhere")
