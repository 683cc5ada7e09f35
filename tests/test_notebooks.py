"""The notebooks are regression tests: they pass unchanged, and a changed value of the data turns them red."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

import browser
from e2e.conftest import FLAGS
from execute import execute, tidy
from validate import validate

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
QUICKSTART = NOTEBOOKS / "quickstart.ipynb"

SMALL = (
    """%load_ext canvas_widget
import pandas as pd
from canvas_widget import Canvas
sales = pd.DataFrame({"region": [f"r{n:02}" for n in range(30)], "amount": [float(n) for n in range(30)]})
canvas = Canvas(name="small")""",
    """canvas.table("all", data="sales", title="All sales", box=(16, 16, 376, 240))
canvas""",
    "%%canvas\nBar chart of total amount by region",
)


DATA = {
    "a mean": 'cars.loc[0, "Miles_per_Gallon"] += 1',
    "a yearly mean": 'cars.loc[3, "Horsepower"] = 500',
    "a count": "cars = cars.iloc[:-1]",
}


def failing(paths: dict[str, Path]) -> set[str]:
    """Which of these notebooks fail under one strict run of nbval, each because a cell shows something else."""
    run = validate(list(paths.values()), quiet=True)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    failures = len(re.findall("Notebook cell execution failed", run.stdout))
    assert failures == len(re.findall(r"Cell \d+: Cell outputs differ", run.stdout)), run.stdout
    return {name for name, path in paths.items() if re.search(f"FAILED .*{re.escape(path.name)}", run.stdout)}


@pytest.mark.ledger("N5")
def test_a_changed_value_of_the_data_turns_the_quickstart_red(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name.replace(' ', '-')}.ipynb" for name in DATA}
    for name, change in DATA.items():
        notebook = nbformat.read(QUICKSTART, as_version=4)
        cell = next(cell for cell in notebook.cells if "cars = data.cars()" in cell.source)
        cell.source = cell.source.replace("cars = data.cars()", f"cars = data.cars()\n{change}")
        nbformat.write(notebook, paths[name])
    assert failing(paths) == set(DATA)


@pytest.mark.ledger("N5")
def test_every_cell_of_the_saved_quickstart_has_run_and_each_prompt_has_its_answer() -> None:
    notebook = nbformat.read(QUICKSTART, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code if cell.source.startswith("%%canvas"))
    assert any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs)


@pytest.mark.ledger("N5")
def test_the_saved_quickstart_carries_no_widget_state_and_no_secret_of_a_machine() -> None:
    notebook = nbformat.read(QUICKSTART, as_version=4)
    assert "widgets" not in notebook.metadata
    text = QUICKSTART.read_text(encoding="utf-8")
    assert "/home/" not in text
    assert "/tmp/" not in text
    assert str(Path.cwd()) not in text


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook of three cells as it is saved, its canvas longer than the text shows."""
    path = tmp_path_factory.mktemp("small") / "small.ipynb"
    made = new_notebook(cells=[new_code_cell(source) for source in SMALL])
    execute(made, path.parent)
    tidy(made)
    nbformat.write(made, path)
    return path


CHANGES = {
    "nothing": (0, "", ""),
    "a value that no text shows": (0, "canvas = Canvas(", "sales.loc[29, 'amount'] = 30.0\ncanvas = Canvas("),
    "a label": (1, "All sales", "All sale"),
    "a position": (1, "(16, 16,", "(16, 17,"),
    "a prompt": (2, "by region", "by region, sorted descending"),
}


@pytest.fixture(scope="module")
def red(small: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Which of the changed notebooks fail under nbval."""
    folder = tmp_path_factory.mktemp("changed")
    paths = {name: folder / f"{name.replace(' ', '-')}.ipynb" for name in CHANGES}
    for name, (cell, old, new) in CHANGES.items():
        notebook = nbformat.read(small, as_version=4)
        assert old in notebook.cells[cell].source
        if old:
            notebook.cells[cell].source = notebook.cells[cell].source.replace(old, new, 1)
        nbformat.write(notebook, paths[name])
    return failing(paths)


@pytest.mark.ledger("N5")
@pytest.mark.parametrize("change", CHANGES)
def test_one_change_turns_a_notebook_red_and_none_leaves_it_green(red: set[str], change: str) -> None:
    assert (change in red) == (change != "nothing")


@pytest.mark.ledger("N6")
@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_saved_notebook_reads_well_where_nothing_runs(path: Path) -> None:
    from nbconvert import HTMLExporter, MarkdownExporter

    notebook = nbformat.read(path, as_version=4)
    asked = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.startswith("%%canvas")]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    pictures = sum(
        "image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])
    )
    assert len(re.findall('src="data:image/png;base64,', page)) == pictures
    assert "application/vnd.jupyter.widget" not in page, "saved state would hide the picture"
    classic, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)  # the one that takes it over
    assert len(re.findall('alt="Picture of the canvas ', classic)) == sum(
        "Picture of " in output.get("data", {}).get("text/plain", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    text, resources = MarkdownExporter().from_notebook_node(notebook)
    assert len(resources["outputs"]) == pictures
    assert all(name in text for name in resources["outputs"])
    for cell in asked:
        answer = next(
            output.data
            for output in cell.outputs
            if "text/html" in output.data and "Canvas " in output.data["text/plain"]
        )
        kept = as_github_shows(answer["text/html"])
        first = re.sub(r"[*`]", "", answer["text/plain"].splitlines()[0].lstrip("- "))
        words = " ".join(re.sub(r"<[^>]+>", " ", kept).split())
        assert first.split()[0] in words
        if "data:image/svg+xml" in answer["text/html"]:
            assert re.search(r'<img [^>]*alt="[^"]+"', kept), "where the picture is taken away its words are left"


@pytest.mark.ledger("N6")
def test_a_saved_notebook_becomes_a_pdf_with_its_answers_and_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbconvert's own exporter, in a real browser. It knows Playwright's only: a link stands for it."""
    from nbconvert import WebPDFExporter
    from pypdf import PdfReader

    found = browser.find()
    assert found is not None, browser.HELP
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    with sync_playwright() as playwright, pytest.raises(PlaywrightError, match="Executable doesn't exist") as missing:
        playwright.chromium.launch()
    place = Path(re.findall(r"doesn't exist at (\S+)", str(missing.value))[0])
    place.parent.mkdir(parents=True)
    place.symlink_to(found)
    exporter = WebPDFExporter(disable_sandbox=True, browser_args=list(FLAGS))
    written, _ = exporter.from_filename(str(QUICKSTART))
    pages = PdfReader(io.BytesIO(written)).pages
    text = unicodedata.normalize("NFKC", " ".join(" ".join(page.extract_text() for page in pages).split()))
    for said in ("Average miles per gallon by origin", "from cars (406 rows)", "High confidence"):
        assert said in text
    assert sum(len(page.images) for page in pages) >= 1


def as_github_shows(html: str) -> str:
    """HTML with what a strict host leaves of it: no script, no style, no address but the web's own."""
    import bleach

    tags = {
        "div",
        "p",
        "b",
        "img",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "pre",
        "ul",
        "ol",
        "li",
    }
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    return str(bleach.clean(html, tags=tags, attributes={"img": ["alt", "src", "width", "height"]}, strip=True))


@pytest.mark.ledger("N5")
def test_no_notebook_hides_an_output_from_the_comparison() -> None:
    from canvas_widget.saved import check, read_notebook

    found = [str(each) for path in NOTEBOOKS.glob("*.ipynb") for each in check(read_notebook(path), strict=True)]
    assert found == []
    assert len(list(NOTEBOOKS.glob("*.ipynb"))) >= 9
