"""`python -m bench.nl2vis --data FOLDER`: questions to the built-in model, and the charts read back from the canvas.

FOLDER holds `dev.jsonl`, `dev_robust.jsonl` and `tables/` (see its README); nothing of it is kept here. Each question
meets all tables of its database, also those it does not need. `--part` takes the databases whose name hashes to it, so
that rules can be written looking at one part and checked on the other.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import importlib.util
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.nl2vis_ask import Asked, Databases
from bench.nl2vis_rename import Renaming

__all__ = ["part_of", "wilson"]

MEASURES = ("answered", "chart", "data", "order", "overall")
WRITING_PART = 6
"""Of ten databases so many are looked at while rules are written."""


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, in per cent."""
    if not count:
        return 0.0, 100.0
    z, share = 1.959964, hits / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    below = 1 + z * z / count
    return 100 * (middle - spread) / below, 100 * (middle + spread) / below


def part_of(database: str) -> str:
    """“written” or “held-out”: the part of a database, by its name alone."""
    digest = int(hashlib.sha256(database.encode()).hexdigest(), 16)
    return "written" if digest % 10 < WRITING_PART else "held-out"


def evaluator(path: Path) -> Any:
    """The scorer at `path`, which is no part of this repository."""
    spec = importlib.util.spec_from_file_location("nl2vis_evaluate", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(scored: Sequence[tuple[dict[str, Any], Asked, dict[str, bool]]], by: Iterable[str]) -> None:
    """Prints the table: a row for all, and one for each value of each key."""
    groups: dict[str, list[dict[str, bool]]] = {}
    for gold, _, score in scored:
        for name in ["all", *(f"{key}={bool(gold[key]) if key == 'joins' else gold.get(key)}" for key in by)]:
            groups.setdefault(name, []).append(score)
    print(f"{'group':28}{'n':>5}" + "".join(f"{name:>10}" for name in MEASURES) + "   95 % of overall")
    for name, scores in sorted(groups.items(), key=lambda pair: (pair[0] != "all", pair[0])):
        count = len(scores)
        hits = Counter(measure for score in scores for measure in MEASURES if score[measure])
        low, high = wilson(hits["overall"], count)
        shares = "".join(f"{100 * hits[measure] / count:9.1f}%" for measure in MEASURES)
        print(f"{name:28}{count:5}{shares}   {low:.1f}–{high:.1f} %")
    count = max(1, len(scored))
    wrong = [asked for _, asked, score in scored if score["answered"] and not score["overall"]]
    sure = sum(not asked.doubtful for asked in wrong)
    low, high = wilson(sure, count)
    print(f"wrong and drawn without a word of doubt: {100 * sure / count:.1f} % ({low:.1f}–{high:.1f} %);", end=" ")
    print(f"wrong and drawn at all: {100 * len(wrong) / count:.1f} %")
    certain = [score for _, asked, score in scored if score["answered"] and not asked.doubtful]
    right = sum(score["overall"] for score in certain)
    low, high = wilson(right, len(certain))
    print(
        f"of the {len(certain)} drawn without a word of doubt, right: {100 * right / max(1, len(certain)):.1f} %",
        end=" ",
    )
    print(f"({low:.1f}–{high:.1f} %)")
    times = sorted(1000 * asked.reading_s for _, asked, _ in scored)
    if times:
        mean, p95 = sum(times) / len(times), times[int(0.95 * (len(times) - 1))]
        print(
            f"reading a question: {mean:.1f} ms on average, {p95:.1f} ms at the 95th per cent, {times[-1]:.1f} ms most"
        )


def without_letters(golds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions that a renaming can be asked: none on letters inside a text."""
    kept = [gold for gold in golds if "like '" not in gold["sql"].casefold()]
    print(f"{len(golds) - len(kept)} questions on letters inside a text left out: new words have other letters")
    return kept


def ask_all(
    folder: Path,
    scorer: Any,
    golds: Sequence[dict[str, Any]],
    *,
    renaming: Renaming | None = None,
    canvas: bool = False,
) -> list[tuple[dict[str, Any], Asked, dict[str, bool]]]:
    """Every question with what came of it and its score, database by database."""
    databases = Databases(folder, renaming=renaming)
    scored = []
    for gold in sorted(golds, key=lambda gold: gold["db"]):
        asked = asyncio.run(databases.ask(gold, canvas=canvas))
        scored.append((asked.gold, asked, scorer.score(asked.prediction, asked.gold)))
    return scored


def everything(folder: Path, scorer: Any, seed: int) -> int:
    """Prints all figures: by hardness, chart and joins, the folds by database and their gap, rephrased, renamed."""
    scored = ask_all(folder, scorer, scorer.load(str(folder / "dev.jsonl")))
    report(scored, ["hardness", "chart_type", "joins"])
    shares = {}
    for part in ("written", "held-out"):
        print(f"\nDatabases of the part “{part}”")
        of = [each for each in scored if part_of(each[0]["db"]) == part]
        report(of, ["joins"])
        shares[part] = sum(score["overall"] for *_, score in of) / max(1, len(of))
    print(f"gap between the parts: {100 * (shares['written'] - shares['held-out']):.1f} points")
    print("\nRephrased questions")
    report(ask_all(folder, scorer, scorer.load(str(folder / "dev_robust.jsonl"))), ["joins"])
    print("\nTables, columns and values renamed")
    kept = without_letters([gold for gold, *_ in scored])
    renamed = ask_all(folder, scorer, kept, renaming=Renaming(seed))
    report(renamed, ["joins"])
    names = {gold["id"] for gold in kept}
    before = [score["overall"] for gold, _, score in scored if gold["id"] in names]
    after = [score["overall"] for *_, score in renamed]
    print(f"overall falls by {100 * (sum(before) - sum(after)) / max(1, len(after)):.1f} points when renamed")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.nl2vis", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with dev.jsonl and tables/")
    parser.add_argument("--evaluate", type=Path, help="evaluate.py; next to the folder's tools when left out")
    parser.add_argument("--questions", default="dev.jsonl", help="the file of questions in the folder")
    parser.add_argument("--robust", action="store_true", help="the rephrased questions (dev_robust.jsonl)")
    parser.add_argument("--part", choices=("written", "held-out", "all"), default="all")
    parser.add_argument("--rename", type=int, metavar="SEED", help="rename all tables, columns and values")
    parser.add_argument("--without-letters", action="store_true", help="leave out what --rename leaves out")
    parser.add_argument("--all", action="store_true", help="every figure in one run: parts, rephrased, renamed")
    parser.add_argument("--canvas", action="store_true", help="ask a real Canvas instead of a workspace")
    parser.add_argument("--by", nargs="*", default=["hardness", "chart_type", "joins"])
    parser.add_argument("--errors", type=Path, help="write what was not right, one JSON row per question")
    parser.add_argument("--predictions", type=Path, help="write the charts read back, for the scorer")
    given = parser.parse_args()
    folder: Path = given.data
    scorer = evaluator(given.evaluate or folder.parent.parent / "tools" / folder.name / "evaluate.py")
    if given.all:
        return everything(folder, scorer, seed=given.rename if given.rename is not None else 7)
    golds = scorer.load(str(folder / ("dev_robust.jsonl" if given.robust else given.questions)))
    golds = [gold for gold in golds if given.part in ("all", part_of(gold["db"]))]
    if given.rename is not None or given.without_letters:
        golds = without_letters(golds)
    started = time.perf_counter()
    renaming = Renaming(given.rename) if given.rename is not None else None
    scored = ask_all(folder, scorer, golds, renaming=renaming, canvas=given.canvas)
    report(scored, given.by)
    print(f"{len(golds)} questions in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    if given.predictions:
        given.predictions.write_text("".join(json.dumps(a.prediction, default=str) + "\n" for _, a, _ in scored))
    if given.errors:
        with given.errors.open("w") as file:
            for gold, asked, score in scored:
                if not score["overall"]:
                    row = {key: gold.get(key) for key in ("id", "db", "sql", "sort", "chart_type", "joins")}
                    row |= {"question": asked.question, "score": score, "answer": asked.answer, "calls": asked.calls}
                    file.write(json.dumps(row, default=str) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
