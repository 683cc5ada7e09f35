"""The table at the end of a run, and docs/benchmarks.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Row, number

__all__ = ["machine", "table", "worst", "write"]

HEAD = ("What", "Ours, p50 / p95", "Against", "Its p50 / p95", "Ratio", "Claimed", "")


def machine() -> str:
    """The machine by what matters of it."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{os.cpu_count()} cores, {pages:.0f} GiB of memory, Python {sys.version_info.major}.{sys.version_info.minor}"
    )


def worst(runs: Sequence[Sequence[Row]]) -> list[Row]:
    """Of each claim the run with the largest ratio. Parts of a whole all come from the run worst in the whole."""
    if any(row.ratio is None for row in runs[0]):
        wholes = [rows[0].ratio or 0 for rows in runs]
        return list(runs[wholes.index(max(wholes))])
    return [max(rows, key=lambda row: row.ratio or 0) for rows in zip(*runs, strict=True)]


def cells(row: Row) -> tuple[str, ...]:
    verdict = {True: "holds", False: "MISSED", None: ""}[row.holds]
    peer = "" if row.peer is None else str(row.peer)
    ratio = "" if row.ratio is None else f"{number(row.ratio)} × {row.what}"
    claimed = "" if row.at_most is None else f"≤ {number(row.at_most)}"
    ours = str(row.ours) if row.what != "bytes" else f"{row.ours.bytes:,} bytes"
    if row.what == "bytes" and row.peer is not None:
        peer = f"{row.peer.bytes:,} bytes"
    return (row.claim, ours, row.peer_name, peer, ratio, claimed, verdict)


def table(rows: Sequence[Row], *, markdown: bool = False) -> str:
    """The rows as a table of text, or of markdown."""
    lines = [HEAD, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    text.insert(1, "-|-".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in text) if markdown else "\n".join(text)


TITLES = {
    "edit": "An edit of a large canvas",
    "chart": "The first chart over 10 million rows",
    "queries": "Ten analyst queries over 10 million rows",
    "gold": "Verified charts, replayed",
    "tables": "Tables",
    "brush": "Linked brushing",
    "layout": "Layout and exports",
    "shown": "From a ready kernel to a shown canvas",
    "board": "The front end inside JupyterLab",
    "front": "The front end in a bare page",
    "agent": "The agent's own cost",
    "server": "The server",
    "server load": "The server and many clients",
    "engines": "Other engines",
    "import": "Import time",
}


def write(path: Path, rows: Sequence[Row], runs: int) -> None:
    """Writes the page of the documentation; a group without a title of its own stands under its name."""
    groups: dict[str, list[Row]] = {title: [] for title in TITLES.values()}
    for row in rows:
        key = row.benchmark.partition(":")[0]
        groups.setdefault(TITLES.get(key, key), []).append(row)
    shown = "each was run once" if runs == 1 else f"of {runs} runs the worst is shown"
    parts = [
        "# Benchmarks",
        "",
        "Written by `make bench ARGS=--write`, beside the tools that `make peers` installs. Both sides of a row do the",
        f"same work to the same end, in turn, in one process; {shown}. n is how often each side was",
        "measured; times are p50 / p95.",
        "",
        f"Machine: {machine()}.",
    ]
    for title, mine in groups.items():
        if mine:
            parts += ["", f"## {title}", "", table(mine, markdown=True)]
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")
