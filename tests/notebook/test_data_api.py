"""Files, code and filters from the notebook's side."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from canvas_widget import Canvas
from canvas_widget.errors import InvalidArgument

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 5.5]})


@pytest.fixture
def canvas() -> Canvas:
    made = Canvas(name="data side", data={"sales": SALES})
    made.clear()
    made.chart("by_region", data="sales", x="region", y="sum(revenue)", title="Revenue of regions")
    made.metric("total", data="sales", value="sum(revenue)")
    yield made
    made.close()


@pytest.mark.ledger("X5", "X3")
def test_a_handle_selects_drills_and_filters(canvas: Canvas) -> None:
    done = canvas["by_region"].select(values=["north"])
    assert done.filtered[0].rows == [{"sum_revenue": 15.5}]
    assert canvas["by_region"].select().filtered[0].rows is None
    assert [row["revenue"] for row in canvas["by_region"].rows_behind({"region": "north"})] == [10.0, 5.5]
    pick = canvas.control("pick", data="sales", field="region", targets=["total"])
    assert pick.set("south").value == "south"
    assert canvas["total"].rows() == [{"sum_revenue": 20.0}]
    assert "pick" in str(canvas) or "Region" in str(canvas)


@pytest.mark.ledger("A2", "E7")
def test_a_control_is_placed_like_what_other_makers_make(canvas: Canvas) -> None:
    pick = canvas.control("pick", data="sales", field="region", box=(320, 300, 260, 96))
    assert (pick.x, pick.y, pick.width, pick.height) == (320, 300, 260, 96)
    units = canvas.control("revenue", data="sales", field="revenue", below="pick")
    assert units.y >= pick.y + pick.height
    assert canvas.workspace.document["revenue"].relations.below == "pick"
    with pytest.raises(InvalidArgument, match="box is"):
        canvas.control("more", data="sales", field="revenue", box=(1, 2))


@pytest.mark.ledger("X7")
def test_a_pdf_has_the_titles_as_text(canvas: Canvas, tmp_path: Path) -> None:
    reader = PdfReader(io.BytesIO(canvas.to_pdf(tmp_path / "a.pdf").read_bytes()))
    assert "Revenue of regions" in reader.pages[0].extract_text()


@pytest.mark.ledger("X7")
def test_a_pdf_is_read_back_in_every_script(canvas: Canvas, tmp_path: Path) -> None:
    sales = pd.DataFrame({"地域": ["東京", "서울", "Αθήνα", "Москва"], "売上": [1234567, 90.5, 80, 40]})
    canvas.datasets.register("売上", sales)
    canvas.table("rows", data="売上", title="地域別の売上")
    page = PdfReader(canvas.to_pdf(tmp_path / "a.pdf", "dark")).pages[0]
    text = page.extract_text()
    for words in ("東京", "서울", "Αθήνα", "Москва", "1,234,567.0", "地域別の売上", "35.5"):
        assert words in text
    assert (page.mediabox.width, page.mediabox.height) == (800, 600)


@pytest.mark.ledger("E7", "X7")
def test_a_theme_holds_for_charts_tables_metrics_and_texts_alike(canvas: Canvas, tmp_path: Path) -> None:
    frame = pd.DataFrame({"region": ["north", "south"], "revenue": [1234567.25, 20.5]})
    canvas.datasets.register("euros", frame)
    canvas.table("rows", data="euros", box=(10, 300, 300, 200))
    canvas.metric("sum", data="euros", value="sum(revenue)", box=(320, 300, 300, 140))
    canvas.metric("rows_of", data="euros", value="count()", box=(320, 450, 300, 100))
    canvas.text("note", "In all {select sum(revenue) from euros | $,.2f}.", box=(630, 300, 160, 100))
    canvas.theme(locale="de", currency="€", format="currency", scheme="set2")
    drawn = PdfReader(canvas.to_pdf(tmp_path / "a.pdf")).pages[0].extract_text().replace("\u00a0", " ")
    assert "1.234.567,25" in drawn
    assert "1.234.587,75 €" in drawn
    assert "In all 1.234.587,75 €." in canvas.workspace.document["note"].content.markdown.replace("\u00a0", " ")
    assert canvas.workspace.document["rows_of"].content.format == ",.0f", "a count is no amount of money"
    assert canvas["sum"].rows() == [{"sum_revenue": 1234587.75}]
    assert "," not in canvas.workspace.document["sum"].content.marks.thousands
    canvas.theme()
    assert canvas.workspace.document["rows"].content.marks is None
    assert "1,234,587.75" in canvas.workspace.document["note"].content.markdown


@pytest.mark.ledger("X13")
def test_a_canvas_survives_a_restart_with_its_drags(canvas: Canvas, tmp_path: Path) -> None:
    canvas["by_region"].move(300, 200)
    canvas.save(tmp_path / "a.canvas")
    code = (
        "import pandas as pd\nfrom canvas_widget import Canvas\n"
        "sales = pd.DataFrame({'region': ['north', 'south', 'north'], 'revenue': [10.0, 20.0, 5.5]})\n"
        f"canvas = Canvas.load({str(tmp_path / 'a.canvas')!r}, data={{'sales': sales}})\n"
        "box = canvas['by_region']\nprint(canvas.name, box.x, box.y, box.placement, box.rows())\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    expected = [{"region": "north", "sum_revenue": 15.5}, {"region": "south", "sum_revenue": 20.0}]
    assert done.stdout.strip() == f"data side 300 200 pinned {expected}"
