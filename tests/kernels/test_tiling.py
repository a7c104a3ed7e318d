"""How large a tile is, on every processor there is a table for."""

from __future__ import annotations

import pytest

from cnnlib.kernels import tiling
from tests.kernels import tiles

SETS = list(tiling.TARGETS)
KERNELS = sorted({name for _, sizes in tiling.TARGETS.values() for name in sizes})


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Nothing is remembered from before, and nothing afterwards."""
    monkeypatch.delenv("CNNLIB_TILES", raising=False)
    tiles.forget()
    yield
    tiles.forget()


# ----------------------------------------------------------------------------- the instruction set
AVX512 = "+sse4.2,+avx,+avx2,+fma,+avx512f,+avx512vl,+avx512bw"


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (AVX512, "avx512"),
        (AVX512.replace("+avx512bw", "-avx512bw"), "avx2"),
        (AVX512.replace(",+avx512vl", ""), "avx2"),
        ("+avx,+avx2,+fma", "avx2"),
        ("+avx,+avx2,-fma", "128 bits"),
        ("+sse2,+sse4.2,+avx", "128 bits"),
        ("+neon,+fp-armv8", "neon"),
        ("-neon", "128 bits"),
        ("", "128 bits"),
    ],
)
def test_the_instruction_set_follows_from_the_features(monkeypatch, features, expected):
    monkeypatch.setattr(tiling.config, "CPU_FEATURES", features)
    assert tiling.instruction_set() == expected


def test_without_a_choice_it_is_that_of_this_machine(monkeypatch):
    monkeypatch.setattr(tiling.config, "CPU_FEATURES", None)
    here = tiling.instruction_set()
    monkeypatch.setattr(
        tiling.config, "CPU_FEATURES", tiling.llvm.get_host_cpu_features().flatten()
    )
    tiles.forget()
    assert tiling.instruction_set() == here


@pytest.mark.parametrize("name", SETS)
def test_the_environment_chooses(monkeypatch, name):
    monkeypatch.setenv("CNNLIB_TILES", name)
    monkeypatch.setattr(tiling.config, "CPU_FEATURES", "")
    assert tiling.instruction_set() == name
    assert tiling.size("conv2d", 1024)[1] == tiling.TARGETS[name][1]["conv2d"].lanes


def test_an_empty_choice_is_none(monkeypatch):
    monkeypatch.setenv("CNNLIB_TILES", "")
    monkeypatch.setattr(tiling.config, "CPU_FEATURES", "+neon")
    assert tiling.instruction_set() == "neon"


@pytest.mark.parametrize("name", ["sse", "AVX2", " "])
def test_what_is_no_instruction_set_is_refused(monkeypatch, name):
    monkeypatch.setenv("CNNLIB_TILES", name)
    message = f"CNNLIB_TILES must be one of avx512, avx2, neon, 128 bits; got '{name}'"
    for call in (tiling.instruction_set, lambda: tiling.size("conv2d", 8)):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("disabled", [0, 1])
def test_nothing_is_available_where_everything_is_interpreted(monkeypatch, disabled):
    monkeypatch.setattr(tiling.config, "DISABLE_JIT", disabled)
    assert tiling.available() is not bool(disabled)


# ------------------------------------------------------------------------------------------- sizes
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_tile_fits_channels_and_registers(monkeypatch, name, kernel):
    monkeypatch.setenv("CNNLIB_TILES", name)
    register, sizes = tiling.TARGETS[name]
    most, registers, most_rows, sums = sizes[kernel]
    widths = set()
    for channels in range(1, 200):
        rows, lanes = tiling.size(kernel, channels)
        widths.add(lanes)
        assert lanes & (lanes - 1) == 0, "a power of two"
        assert 1 <= lanes <= min(most, channels)
        assert 1 <= rows <= most_rows
        assert rows * sums * max(lanes // register, 1) <= registers
    assert widths == {2**k for k in range(most.bit_length())}, "every width is of use somewhere"


@pytest.mark.parametrize("name", SETS)
def test_no_other_width_needs_fewer_instructions(monkeypatch, name):
    monkeypatch.setenv("CNNLIB_TILES", name)
    register, sizes = tiling.TARGETS[name]

    def instructions(channels, lanes):
        vectors = (channels + lanes - 1) // lanes
        return vectors * max(lanes // register, 1)

    for channels in range(1, 200):
        _, lanes = tiling.size("conv2d", channels)
        for other in (1, 2, 4, 8, 16, 32):
            if other <= min(channels, sizes["conv2d"].lanes):
                less = instructions(channels, other) - instructions(channels, lanes)
                assert less > 0 or (less == 0 and other <= lanes), (channels, lanes, other)


def test_by_hand(monkeypatch):
    monkeypatch.setenv("CNNLIB_TILES", "avx2")
    assert tiling.size("conv2d", 16) == (6, 16)  # 2 registers a row, 12 for sums
    assert tiling.size("conv2d", 8) == (12, 8)
    assert tiling.size("conv2d", 6) == (12, 4)  # two vectors, as with 8 lanes, which are too many
    assert tiling.size("conv2d", 9) == (12, 8)
    assert tiling.size("conv2d", 1) == (12, 1)
    assert tiling.size("block", 8) == (2, 8)  # two pools of four sums
    assert tiling.size("block", 16) == (1, 16)


@pytest.mark.parametrize(("name", "lanes"), [("avx512", 16), ("avx2", 8), ("neon", 4)])
def test_a_register_covers_a_few_channels(monkeypatch, name, lanes):
    monkeypatch.setenv("CNNLIB_TILES", name)
    assert tiling.register() == lanes
    for channels in range(1, 40):
        covering = tiling.covering(channels)
        if covering:
            assert lanes >= 8, "which has masks"
            assert covering & (covering - 1) == 0
            assert covering // 2 < channels < covering <= lanes
        else:
            power = channels & (channels - 1) == 0
            assert power or channels > lanes or lanes < 8
    monkeypatch.setenv("CNNLIB_TILES", "128 bits")
    tiles.forget()
    assert tiling.covering(3) == 0


def test_every_processor_has_every_kernel():
    for _, sizes in tiling.TARGETS.values():
        assert sorted(sizes) == KERNELS
        for most, registers, rows, sums in sizes.values():
            assert most & (most - 1) == 0
            assert min(most, registers, rows, sums) >= 1
