from tests.built import html

__all__ = ["html"]
