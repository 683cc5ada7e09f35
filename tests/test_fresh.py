"""What the suite promises of itself: a test that failed leaves nothing to its second try, nor to the next test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

MODULE = """
import pytest

made = []

def users():
    made.append(set())
    return made[-1]

for scope in ("module", "package", "session"):
    globals()[scope] = pytest.fixture(users, scope=scope, name=scope)

def test_signs_up(module, package, session):
    for users in (module, package, session):
        assert "ada" not in users, "the name is taken"
        users.add("ada")
    assert len(made) == 9

def test_finds_her(module, package, session):
    assert module == package == session == {"ada"}
"""


@pytest.mark.parametrize("workers", [0, 1])
def test_a_second_try_starts_from_fixtures_made_anew(tmp_path: Path, workers: int) -> None:
    (tmp_path / "conftest.py").write_text("from fresh import pytest_runtest_makereport, pytest_runtest_teardown\n")
    (tmp_path / "test_users.py").write_text(MODULE)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {HERE}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--dist", "loadfile", "--reruns", "2"]
    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert "2 passed, 2 rerun" in ran.stdout
