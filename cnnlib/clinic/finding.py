"""What a test says."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """What a test found. It is true if the test is passed.

    Attributes:
        passed: Whether all is well, as far as this test sees.
        text: The result in words and numbers.
        numbers: The numbers by name.

    Example:
        >>> print(Finding(False, "2 of 6 numbers differ"))
        ❌ 2 of 6 numbers differ
    """

    passed: bool
    text: str
    numbers: dict[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return f"{'✅' if self.passed else '❌'} {self.text}"
