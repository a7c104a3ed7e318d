"""``python -m cnnlib.wasm``: build the module of kernels, and look into it."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from cnnlib.wasm import CompileError, Module, build, javascript
from cnnlib.wasm._build import cache_folder


def show(module: Module) -> None:
    """Print every kernel, and what the module weighs."""
    width = max(map(len, module.kernels))
    for name, signature in module.kernels.items():
        print(f"{name:{width}}  {signature.replace(',', ', ')}")
    print(
        f"{len(module.kernels)} kernels, {len(module.wasm):,} bytes, {module.gzip_size():,} with "
        f"gzip; functions taken from JavaScript: {', '.join(module.manifest['imports']) or 'none'}"
    )
    print(f"kept in {cache_folder()}")


def llvm_of(module: Module, name: str) -> str:
    """LLVM's text of one kernel."""
    if name not in module.kernels:
        sys.exit(f"A kernel is one of {', '.join(module.kernels)}; got {name!r}.")
    match = re.search(
        rf"^define [^\n]*@kernel_{name}\(.*?^}}", module.llvm, re.DOTALL | re.MULTILINE
    )
    assert match is not None
    return match[0]


def write(module: Module, folder: Path) -> None:
    """Write the module, what stands in it, and an ES module that loads it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kernels.wasm").write_bytes(module.wasm)
    (folder / "kernels.json").write_text(json.dumps(module.manifest, indent=1) + "\n", "utf-8")
    (folder / "kernels.js").write_text(javascript(module), "utf-8")
    print(f"kernels.wasm, kernels.json and kernels.js written to {folder}")


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser("python -m cnnlib.wasm", description=__doc__)
    parser.add_argument("--llvm", metavar="KERNEL", help="print a kernel in LLVM's language")
    parser.add_argument("--output", metavar="FOLDER", type=Path, help="write the module there")
    options = parser.parse_args(arguments)
    try:
        module = build()
    except CompileError as error:
        sys.exit(f"WebAssembly cannot have:\n{error}")
    if options.llvm is not None:
        print(llvm_of(module, options.llvm))
    elif options.output:
        try:
            write(module, options.output)
        except OSError as error:
            sys.exit(f"The module cannot be written to a folder {options.output}: {error}")
    else:
        show(module)


if __name__ == "__main__":
    main()
