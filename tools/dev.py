"""Every task of this project, with nothing but Python: ``python tools/dev.py book``.

The Makefile calls this script, so that a task means the same on Linux, macOS and Windows.
It makes the environment ``.venv`` when it is missing or out of date, then works inside it.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
HTML = ROOT / "_build" / "html"
ARCHIVE = ROOT / "_build" / "see-through-cnns.zip"
PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
BUILT_TESTS = ["tests/book", "tests/browser"]  # these read the built book
WORKERS = min((os.cpu_count() or 1) + 1, 8)  # one more than cores: a browser's test often waits
PYTEST = ["-m", "pytest", "-n", str(WORKERS), "--dist"]

ENVIRONMENT = {
    "KERAS_BACKEND": "jax",
    "JAX_PLATFORMS": "cpu",  # else JAX warns on a machine with an unused GPU
    "PYTHONHASHSEED": "0",  # the same build twice
    "PYTHONPATH": "",  # .venv alone decides what is imported
    "JUPYTER_PREFER_ENV_PATH": "1",  # kernels of .venv come first
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's note would be an output of a cell
}
BROWSERS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
]
DEBIAN_PACKAGES = ["chromium", "firefox-esr", "fonts-liberation"]
FIREFOX = [
    "firefox",
    "firefox-esr",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
]
BROWSER_MISSING = (
    "The browser tests need Chromium or Google Chrome: install one (Debian: "
    "`apt-get install chromium`), or name its program in the environment variable CHROMIUM."
)
FIREFOX_MISSING = (
    "One test looks at the book in Firefox: install it (Debian: `apt-get install firefox-esr`), or "
    "name its program in the environment variable FIREFOX."
)


def run(*command: str | Path, **environment: str) -> None:
    """Run one command in the project's folder, or end with its exit code."""
    print("$", *(Path(part).name if part == command[0] else part for part in command), flush=True)
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ENVIRONMENT | environment)
    if done.returncode:
        sys.exit(done.returncode)


def python(*arguments: str, **environment: str) -> None:
    """Run the environment's Python."""
    run(BIN / "python", *arguments, **environment)


def check_python() -> None:
    """Refuse a Python that the pinned packages do not run on."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(
            "See-Through CNNs needs Python 3.11, 3.12 or 3.13; this is Python "
            f"{sys.version.split()[0]} ({sys.executable}). Name another one: make PYTHON=python3.12"
        )


def setup() -> None:
    """make the environment .venv"""
    check_python()
    stamp = VENV / "made-from.txt"
    made_from = [sys.version]
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        made_from.append(hashlib.sha256((ROOT / name).read_bytes()).hexdigest())
    before = stamp.read_text().split("\n\n") if stamp.exists() else [""]
    if before == made_from:
        return
    if before[0] != sys.version:
        print("Making the environment .venv: some minutes, and about 1.8 GB.", flush=True)
        run(sys.executable, "-m", "venv", "--clear", VENV)
    python(*PIP, "-r", "requirements.txt", "-c", "constraints.txt")
    python(*PIP, "--no-deps", "--no-build-isolation", "--editable", ".")
    python("-c", "import matplotlib.font_manager")  # its note on a first import is not for a page
    stamp.write_text("\n\n".join(made_from))


def build() -> None:
    """build the book in _build/html; a warning is an error"""
    setup()
    python("-m", "cnnlib", "warmup")  # on all cores, once
    python("-c", "from cnnlib import wasm; wasm.build()")  # its progress is not for a page
    run(BIN / "jupyter-book", "build", ".", "-W", "-n", "--keep-going")


def book() -> None:
    """build the book and open it where there is a screen"""
    build()
    address = (HTML / "index.html").as_uri()
    print(f"\nThe book: {address}")
    if sys.platform in ("darwin", "win32"):
        webbrowser.open(address)
    elif (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and (
        opener := shutil.which("xdg-open")
    ):
        quiet = subprocess.DEVNULL
        subprocess.Popen([opener, address], stdin=quiet, stdout=quiet, stderr=quiet)


def serve() -> None:
    """build the book and serve it on http://127.0.0.1:8000 (PORT=… for another)"""
    build()
    port = os.environ.get("PORT") or "8000"
    print(f"\nThe book: http://127.0.0.1:{port}/ (Ctrl-C ends)", flush=True)
    try:
        python("-m", "http.server", port, "--bind", "127.0.0.1", "--directory", str(HTML))
    except KeyboardInterrupt:
        print()


def pack(folder: Path, target: Path, top: str) -> None:
    """Pack a folder's files below a first folder `top`; the same files make the same bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    with ZipFile(target, "w") as archive:
        for path in sorted(files):
            if not path.name.startswith("."):  # Sphinx's own notes
                entry = ZipInfo(f"{top}/{path.relative_to(folder).as_posix()}")  # of 1980
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), ZIP_DEFLATED)


def zip() -> None:
    """build the book and pack it into one file for readers without a network"""
    build()
    pack(HTML, ARCHIVE, ARCHIVE.stem)
    size = ARCHIVE.stat().st_size / 1e6
    print(f"\nThe book: {ARCHIVE} ({size:.1f} MB). Unpack it and open {ARCHIVE.stem}/index.html.")


def lab() -> None:
    """open the chapters as live notebooks in JupyterLab"""
    setup()
    settings = ROOT / ".jupyter" / "lab" / "user-settings"
    python("-m", "jupyterlab", "chapters", JUPYTERLAB_SETTINGS_DIR=str(settings))


def lint() -> None:
    """check style, spelling, types and the direction of imports"""
    setup()
    run(BIN / "typos")
    python("-m", "ruff", "check", ".")
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "mypy")
    run(BIN / "lint-imports")


def unit() -> None:
    """test the library; its kernels also as plain Python"""
    setup()
    install_browsers()  # the kernels run in a page as well
    python(*PYTEST, "loadfile", "tests", *(f"--ignore={folder}" for folder in BUILT_TESTS))
    python("-m", "pytest", "--doctest-modules", "cnnlib", "book")
    python("-m", "pytest", "tests/kernels", NUMBA_DISABLE_JIT="1")


def test() -> None:
    """everything that has to pass: lint, unit, the book and its pages in a browser"""
    setup()
    install_browsers()
    lint()
    unit()
    build()
    python(*PYTEST, "worksteal", *BUILT_TESTS)  # one file has more than half of them


def bench() -> None:
    """measure speed against the peers (BENCH="--quick --only page" for options)"""
    setup()
    python("benchmarks/run.py", *shlex.split(os.environ.get("BENCH", "")))


def find(programs: list[str], variable: str) -> str | None:
    """Find the first program that is there; an environment variable names one's own."""
    candidates = [os.environ.get(variable, ""), *programs]
    return next((found for name in candidates if name and (found := shutil.which(name))), None)


def find_browser() -> str | None:
    """Find the program of Chromium or Chrome."""
    return find(BROWSERS, "CHROMIUM")


def find_firefox() -> str | None:
    """Find the program of Firefox."""
    return find(FIREFOX, "FIREFOX")


def install_browsers() -> None:
    """See to the browsers for the tests, on Debian as root by installing them."""
    if find_browser() and find_firefox():
        return
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not (as_root and Path("/etc/debian_version").exists() and shutil.which("apt-get")):
        sys.exit(FIREFOX_MISSING if find_browser() else BROWSER_MISSING)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "--quiet", **quiet)
    run("apt-get", "install", "--quiet", "--yes", *DEBIAN_PACKAGES, **quiet)


def format() -> None:
    """put the code into the project's style"""
    setup()
    python("-m", "ruff", "check", "--fix", ".")
    python("-m", "ruff", "format", ".")


def clean() -> None:
    """remove what the builds made (the environment stays)"""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)


TASKS: dict[str, Callable[[], None]] = {
    task.__name__: task
    for task in (book, serve, zip, lab, test, setup, build, lint, unit, bench, format, clean)
}


def main(arguments: list[str]) -> None:
    """Run the named tasks in order; without one, list them."""
    unknown = [name for name in arguments if name not in TASKS]
    if unknown:
        sys.exit(f"The task must be one of {', '.join(TASKS)}; got {unknown[0]!r}.")
    for name in arguments:
        TASKS[name]()
    if not arguments:
        print("make <task>, or python tools/dev.py <task>:\n")
        for name, task in TASKS.items():
            print(f"  {name:8}{task.__doc__}")


if __name__ == "__main__":
    main(sys.argv[1:])
