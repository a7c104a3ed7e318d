"""The convolutions that are measured one by one: kinds that occur, and kinds that are awkward."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Shape:
    """One convolution of square windows, with a bias.

    Attributes:
        name: What tables call it.
        batch: Samples.
        image: Height and width of the input.
        channels: Input channels.
        filters: Output channels.
        kernel: Side of the window.
        stride: Pixels from one window to the next, down and across.
        padding: ``"valid"`` or ``"same"``.
    """

    name: str
    batch: int
    image: tuple[int, int]
    channels: int
    filters: int
    kernel: int
    stride: int = 1
    padding: str = "valid"

    @classmethod
    def read(cls, data: dict[str, Any]) -> Shape:
        """The shape that :meth:`as_dict` has written, perhaps through JSON."""
        return cls(**{**data, "image": tuple(data["image"])})

    def as_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON."""
        return asdict(self)

    @property
    def output(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        span = 1 if self.padding == "same" else self.kernel
        rows, cols = ((side - span) // self.stride + 1 for side in self.image)
        return rows, cols

    @property
    def macs(self) -> int:
        """Multiply-adds of the forward pass; each of the two gradients has as many."""
        rows, cols = self.output
        window = self.kernel**2 * self.channels
        return self.batch * rows * cols * window * self.filters

    @property
    def text(self) -> str:
        """The numbers, for a table."""
        height, width = self.image
        stride = f"/{self.stride}" if self.stride > 1 else ""
        return (
            f"{self.batch}×{height}×{width}×{self.channels} → {self.filters}, "
            f"{self.kernel}×{self.kernel}{stride} {self.padding}"
        )


SHAPES = (
    Shape("seed, first", 32, (64, 64), 3, 32, 3),
    Shape("seed, second", 32, (31, 31), 32, 64, 3),
    Shape("LeNet, first", 64, (28, 28), 1, 8, 3),
    Shape("LeNet, second", 64, (13, 13), 8, 16, 3),
    Shape("LeNet-5, first", 32, (28, 28), 1, 6, 5),
    Shape("LeNet-5, second", 32, (12, 12), 6, 16, 5),
    Shape("digits, first", 128, (8, 8), 1, 16, 3, padding="same"),
    Shape("digits, second", 128, (8, 8), 16, 32, 3, padding="same"),
    Shape("color, first", 64, (32, 32), 3, 32, 3, padding="same"),
    Shape("color, second", 32, (32, 32), 32, 32, 3, padding="same"),
    Shape("residual, 64", 4, (56, 56), 64, 64, 3, padding="same"),
    Shape("residual, 128", 4, (28, 28), 128, 128, 3, padding="same"),
    Shape("residual, 256", 4, (14, 14), 256, 256, 3, padding="same"),
    Shape("residual, halved", 4, (56, 56), 64, 128, 3, stride=2, padding="same"),
    Shape("shortcut, halved", 8, (56, 56), 64, 128, 1, stride=2),
    Shape("bottleneck, in", 8, (28, 28), 256, 64, 1),
    Shape("bottleneck, out", 8, (28, 28), 64, 256, 1, padding="same"),
    Shape("stem", 4, (112, 112), 3, 64, 7, stride=2, padding="same"),
    Shape("5×5, halved", 32, (32, 32), 16, 32, 5, stride=2),
    Shape("odd, 20 to 48", 16, (24, 24), 20, 48, 3),
    Shape("odd, 48 to 20", 16, (20, 20), 48, 20, 5, padding="same"),
    Shape("one photo", 1, (160, 240), 3, 6, 7, padding="same"),
    Shape("one digit", 1, (28, 28), 1, 16, 3),
    Shape("one image", 1, (32, 32), 16, 32, 3),
)
