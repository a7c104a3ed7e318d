"""The files with which a server is set up for a class: they parse, and agree with the project's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.built import ROOT
from tools.dev import ENVIRONMENT

BINDER = ROOT / "binder"
SCRIPTS = ["postBuild", "start"]
bash = pytest.mark.skipif(
    os.name == "nt" or shutil.which("bash") is None, reason="the image of a server is a Linux"
)


def requirements():
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_package_has_its_version_in_constraints():
    first, *packages = requirements()
    option, path = first.split()
    assert option == "-c"
    pinned = {
        line.split("==")[0].lower()
        for line in (BINDER / path).read_text().splitlines()
        if not line.startswith("#")
    }
    needed = {Requirement(line).name.lower() for line in packages}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lines in (project["dependencies"], *project["optional-dependencies"].values()):
        needed |= {Requirement(line).name.lower() for line in lines}
    assert needed - {"cnnlib"} <= pinned


def test_python_is_one_that_the_project_supports():
    version = re.fullmatch(r"python-(3\.\d+)\n", (BINDER / "runtime.txt").read_text())[1]
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert SpecifierSet(supported).contains(version)
    assert f'"{version}"' in (ROOT / ".github" / "workflows" / "pages.yml").read_text()


@bash
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_one_that_a_shell_runs(name):
    script = BINDER / name
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


def test_post_build_runs_commands_that_exist():
    text = (BINDER / "postBuild").read_text()
    for path in re.findall(r"-c ([\w.]+\.txt)|cp (\S+)", text):
        assert (ROOT / "".join(path)).exists()
    assert re.search(r'--editable "\.\[all\]"', text)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "all" in extras["optional-dependencies"]
    assert "python -m cnnlib warmup" in text
    assert '"warmup"' in (ROOT / "cnnlib" / "__main__.py").read_text()
    for program in re.findall(r'python -c "(.+?)"', text):
        compile(program, "postBuild", "exec")


@bash
@pytest.mark.parametrize(
    ("limit", "cores"), [(None, "2"), ("4", "4"), ("1.5", "1"), ("0.25", "1"), ("", "2")]
)
def test_start_sets_what_make_lab_sets(limit, cores):
    environment = {"PATH": os.environ["PATH"]} | ({} if limit is None else {"CPU_LIMIT": limit})
    done = subprocess.run(
        [BINDER / "start", "env"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert found["NUMBA_NUM_THREADS"] == found["OMP_NUM_THREADS"] == cores
    for name in ("KERAS_BACKEND", "JAX_PLATFORMS", "PYDEVD_DISABLE_FILE_VALIDATION"):
        assert found[name] == ENVIRONMENT[name]


def test_a_chapter_opens_as_it_does_in_make_lab():
    settings = ROOT / ".jupyter" / "lab" / "user-settings"
    found = {}
    for path in settings.rglob("*.jupyterlab-settings"):
        package = path.parent.relative_to(settings).as_posix()
        found[f"{package}:{path.stem}"] = json.loads(path.read_text())
    assert json.loads((BINDER / "overrides.json").read_text()) == found


class Section:
    """Takes whatever is set, as a configuration of traitlets does."""

    def __getattr__(self, name):
        setattr(self, name, Section())
        return getattr(self, name)


def test_the_hub_s_configuration_can_be_read():
    hub = Section()
    path = BINDER / "jupyterhub_config.py"
    exec(compile(path.read_text(), path, "exec"), {"get_config": lambda: hub})
    page = hub.Spawner.default_url.removeprefix("/lab/tree/see-through-cnns/")
    assert (ROOT / page).exists()
    for name in ("KERAS_BACKEND", "JAX_PLATFORMS", "PYDEVD_DISABLE_FILE_VALIDATION"):
        assert hub.Spawner.environment[name] == ENVIRONMENT[name]
    assert all(isinstance(value, str) for value in hub.Spawner.environment.values())
    assert vars(hub.JupyterHub) == {"concurrent_spawn_limit": 50}


def test_the_notes_name_every_file():
    text = (BINDER / "README.md").read_text()
    for path in BINDER.iterdir():
        assert path.name == "README.md" or f"`{path.name}`" in text, path.name
    for chapter in re.findall(r"chapters/\w+\.md", text):
        assert (ROOT / chapter).exists()
