"""A layout of 1,000 containers of mixed sizes, 200 of them held where they are; and a canvas of 20 as PNG and as HTML.

With `CANVAS_WIDGET_BENCH_PEERS=PATH/bin/python` an environment that has `rectpack` packs the same rectangles, without
any that are held.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

from bench.measure import Row, Sample, interleave, sample

__all__ = ["run"]

SIZE = (4_000, 3_000)
MANY, HELD = 1_000, 200
LIMIT_MS, PNG_MS, HTML_MS = 50.0, 1_000.0, 1_500.0
PACK = """
import json, sys, time
import rectpack
size, rects = json.load(sys.stdin)
began = time.perf_counter()
packer = rectpack.newPacker(rotation=False)
for each in rects:
    packer.add_rect(*each)
packer.add_bin(*size)
packer.pack()
took = time.perf_counter() - began
packed = [each for bin in packer for each in bin]
print(json.dumps([took, len(packed), sum(each.width * each.height for each in packed)]))
"""


def canvas() -> Any:
    """Containers of mixed sizes, 200 of them locked apart from each other, the others all over the canvas."""
    from canvas_widget.document import Container, Document, Rect

    rng = random.Random(1)
    document = Document(width=SIZE[0], height=SIZE[1])
    held: list[Rect] = []
    while len(held) < HELD:
        wide, tall = rng.randrange(20, 120), rng.randrange(20, 100)
        rect = Rect(rng.randrange(SIZE[0] - wide), rng.randrange(SIZE[1] - tall), wide, tall)
        if not any(rect.overlaps(other) for other in held):
            held.append(rect)
    for number in range(MANY):
        wide, tall = rng.randrange(20, 120), rng.randrange(20, 100)
        free = Rect(rng.randrange(SIZE[0] - wide), rng.randrange(SIZE[1] - tall), wide, tall)
        rect, locked = (held[number], True) if number < HELD else (free, False)
        document = document.with_container(
            Container(id=f"n{number}", x=rect.x, y=rect.y, width=rect.width, height=rect.height, locked=locked)
        )
    return document


def arranged(n: int = 20) -> list[Row]:
    from canvas_widget.document import Transaction, apply
    from canvas_widget.layout import overlaps, plan_arrange

    document = canvas()
    plan = plan_arrange(document)
    after = apply(document, Transaction(changes=plan.changes, at="2026-01-01T00:00:00.000Z")).document
    pairs = len(overlaps(after))
    if pairs:
        raise AssertionError(f"{pairs} containers overlap")
    (times,) = interleave(n, lambda: plan_arrange(document))
    mine = sample(times)
    boxes = [each for each in after if not each.locked]
    cells = len({each.x for each in boxes}) * len({each.y for each in boxes})
    claim = f"{MANY:,} containers, {HELD} held, 0 overlap; {len(boxes) / cells:.0%} of the grid filled, the held aside"
    return [Row("layout", claim, mine, "50 ms", None, "p95 of it", mine.p95 / LIMIT_MS, 1.0), _packed(document, mine)]


def _packed(document: Any, mine: Sample) -> Row:
    """The same rectangles by `rectpack`, in a canvas with nothing held."""
    python = os.environ.get("CANVAS_WIDGET_BENCH_PEERS")
    given = json.dumps([SIZE, [[each.width, each.height] for each in document if not each.locked]])
    done = None
    if python:
        done = subprocess.run([python, "-c", PACK], input=given, capture_output=True, text=True, check=False)
    if done is None or done.returncode:
        return Row("layout", "the same by rectpack", mine, "rectpack (not installed)", None, "time", None, None)
    took, count, area = json.loads(done.stdout)
    used = area / (SIZE[0] * SIZE[1])
    claim = f"{count} of the {MANY - HELD} free ones packed, {used:.0%} of the canvas"
    peer = sample([took])
    return Row("layout", claim, mine, "rectpack, nothing held", peer, "time", mine.p50 / peer.p50, None)


def exported(n: int = 5) -> list[Row]:
    import pandas as pd

    import canvas_widget
    from canvas_widget.data import Catalogue, ChartRequest
    from canvas_widget.render import render_html_page, render_png
    from canvas_widget.render.renderer import forget
    from canvas_widget.workspace import Workspace

    rng = random.Random(2)
    rows = [{"region": f"Region {rng.randrange(8)}", "amount": rng.random() * 100} for _ in range(5_000)]
    catalogue = Catalogue()
    catalogue.register("sales", pd.DataFrame(rows))
    work = Workspace("export", 2_400, 1_800, catalogue=catalogue)
    marks: tuple[dict[str, Any], ...] = (
        {"x": "region", "y": "sum(amount)"},
        {"mark": "histogram", "x": "amount"},
        {"mark": "arc", "x": "region", "y": "count()"},
        {"mark": "box", "x": "region", "y": "amount"},
    )
    for number in range(20):
        some = [{"field": "amount", "op": ">", "value": number}]
        work.chart(f"c{number}", ChartRequest(dataset="sales", where=some, **marks[number % len(marks)]))
    results = {each.id: result for each in work.document if (result := work.result_for(each.id)) is not None}
    bundle = (Path(canvas_widget.__file__).parent / "static" / "widget.js").read_text(encoding="utf-8")

    def anew() -> bytes:
        forget()
        return render_png(work.document, results)

    first, pictures, pages = interleave(
        n,
        anew,
        lambda: render_png(work.document, results),
        lambda: render_html_page(work.document, results, bundle=bundle),
    )
    cold, png, html = sample(first), sample(pictures), sample(pages)
    name = "20 charts as PNG, none of them drawn before"
    return [
        Row("layout", name, cold, "1 s", None, "p50 of it", cold.p50 / PNG_MS, 1.0),
        Row("layout", "20 charts as PNG, drawn before", png, "1 s", None, "p50 of it", png.p50 / PNG_MS, 1.0),
        Row("layout", "20 charts as an interactive page", html, "1.5 s", None, "p50 of it", html.p50 / HTML_MS, 1.0),
    ]


def run() -> list[Row]:
    """The rows of this benchmark."""
    return [*arranged(), *exported()]
