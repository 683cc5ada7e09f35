"""What is installed: the wheel's content, its front end never stale, one version everywhere."""

from __future__ import annotations

import base64
import gzip
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
JS = ROOT / "src" / "canvas_widget" / "js"


@pytest.fixture(scope="session")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_the_front_end_the_theme_and_the_types(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for name in ("static/bootstrap.js", "static/widget.js", "static/manifest.json", "theme/theme.json", "py.typed"):
        assert f"canvas_widget/{name}" in names
    assert any(re.fullmatch(r"canvas_widget/theme/fonts/.*\.ttf", name) for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any("OFL" in name for name in names if ".dist-info/licenses/" in name)


def test_the_wheel_holds_no_sources_of_the_front_end_and_no_machine_paths(wheel: zipfile.ZipFile) -> None:
    assert not [name for name in wheel.namelist() if name.startswith("canvas_widget/js/") or "node_modules" in name]
    here = str(ROOT).encode()
    assert not [name for name in wheel.namelist() if here in wheel.read(name)]


def test_the_wheels_bundle_is_the_one_of_these_sources(wheel: zipfile.ZipFile, hook: ModuleType) -> None:
    manifest = json.loads(wheel.read("canvas_widget/static/manifest.json"))
    assert manifest["source_hash"] == hook.source_hash(ROOT)
    assert len(wheel.read("canvas_widget/static/bootstrap.js")) < 50_000


@pytest.mark.ledger("N1")
def test_what_a_kernel_sends_is_small_and_most_of_it_waits_for_the_first_chart(wheel: zipfile.ZipFile) -> None:
    sent = gzip.decompress(wheel.read("canvas_widget/static/notebook.js.gz")).decode()
    engine = max(re.findall(r'"([A-Za-z0-9+/=]{100000,})"', sent), key=len)
    assert b"vega" in gzip.decompress(base64.b64decode(engine))
    assert len(gzip.compress(sent.encode(), 9)) <= 480_000
    assert len(gzip.compress(sent.replace(engine, "").encode(), 9)) <= 200_000
    fonts = [name for name in wheel.namelist() if name.endswith(".woff2")]
    assert sum(len(wheel.read(name)) for name in fonts) <= 100_000


def test_one_version_everywhere() -> None:
    import canvas_widget

    version = importlib.metadata.version("canvas-widget")
    assert canvas_widget.__version__ == version
    assert json.loads((JS / "package.json").read_text())["version"] == version
    assert json.loads((JS / "package-lock.json").read_text())["packages"][""]["version"] == version


def test_the_lock_files_name_no_registry() -> None:
    assert not re.search(r"://|index-url|find-links", (ROOT / "requirements.lock").read_text())
    packages = json.loads((JS / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]


def test_everything_the_project_asks_for_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked += extra
    locked = {
        re.split(r"==", line)[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line
    }
    names = {re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace("_", "-") for requirement in asked}
    assert names <= locked


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of our shape: its build copies a source into the bundle, its npm writes down its runs."""
    js = tmp_path / "src" / "canvas_widget" / "js"
    (js / "src").mkdir(parents=True)
    (js / "src" / "main.ts").write_text("one")
    (js / "package.json").write_text("{}")
    (js / "package-lock.json").write_text("{}")
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(
        f"#!{shutil.which('bash')}\nset -e\necho $1 >> {tmp_path}/calls\n[ $1 = ci ] && exit\n"
        "mkdir -p ../static\ncp src/main.ts ../static/widget.js\ncp src/main.ts ../static/bootstrap.js\n"
        "cp src/main.ts ../static/notebook.js\ncd ../static\ntouch page.js page.js.gz page.css icon.svg\ncd ../js\n"
        "echo '{}' > ../static/manifest.json\n"
        "mkdir -p ../static/labextension\necho '{}' > ../static/labextension/package.json\n"
    )
    npm.chmod(0o755)
    return tmp_path


@pytest.fixture
def npm_of_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("npm_of_the_project")
def test_a_changed_source_is_built_again_and_an_unchanged_one_is_not(project: Path, hook: ModuleType) -> None:
    static = project / "src" / "canvas_widget" / "static"
    assert hook.build(project)
    assert (static / "widget.js").read_text() == "one"
    assert not hook.build(project)
    source = project / "src" / "canvas_widget" / "js" / "src" / "main.ts"
    source.write_text("two")
    os.utime(source, (0, 0))
    assert hook.build(project)
    assert (static / "widget.js").read_text() == "two"
    assert (project / "calls").read_text().split() == ["ci", "run", "run"]


@pytest.mark.usefixtures("npm_of_the_project")
def test_a_new_lock_file_or_a_lost_output_is_built_again(project: Path, hook: ModuleType) -> None:
    hook.build(project)
    (project / "src" / "canvas_widget" / "js" / "package-lock.json").write_text('{"new": 1}')
    assert hook.build(project)
    (project / "src" / "canvas_widget" / "static" / "widget.js").unlink()
    assert hook.build(project)
    assert (project / "calls").read_text().split() == ["ci", "run", "ci", "run", "run"]


def test_without_npm_a_stale_bundle_is_an_error_that_says_so(
    project: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project / "nowhere"))
    with pytest.raises(hook.BundleError, match="npm was not found"):
        hook.build(project)
