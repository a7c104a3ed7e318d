"""``cnnlib warmup`` (or ``python -m cnnlib warmup``): compile ahead of the first use."""

from __future__ import annotations

import argparse


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser("cnnlib", description="Convolutional networks to see through.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("warmup", help="compile the kernels most programs need, on all cores")
    parser.parse_args(arguments)
    from cnnlib.kernels import warmup

    warmup.main()


if __name__ == "__main__":
    main()
