"""Recording and replaying through the real `openai` SDK, a scripted server and the real session."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.scripted_server import CUT, ScriptedServer, Status, calls, text, usage
from canvas_widget.agent.providers.cassette import CassetteMiss, Tape, cassette_path, tape_at
from canvas_widget.agent.providers.cassette.keys import heard, key_of
from canvas_widget.agent.providers.cassette.tape import answer_of
from canvas_widget.agent.providers.catalog import Providers
from canvas_widget.agent.stream import Finish, Message, TextDelta, ToolCall, ToolCallDelta
from canvas_widget.data import Catalogue
from canvas_widget.errors import InvalidArgument
from canvas_widget.scrub import PLACEHOLDER
from canvas_widget.session import Session, Turn, Turns, UserPrompt
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

KEY = "planted-key-0123456789-abcdef"
PATTERNED = "sk-proj-abcdefghijklmnop0123456789"
BAR = ("create_chart", {"container_id": "mpg", "mark": "bar", "x": "Origin", "y": "mean(Miles_per_Gallon)"})
ANSWERS = [
    [*calls(BAR, say="Let me see."), usage(900, 60, cost=0.00125)],
    [*text("Japan leads ", "with 32 mpg."), usage(1000, 9)],
]


async def asked(settings: Settings, frame: pd.DataFrame, *prompts: str, **options: Any) -> tuple[list[Turn], Workspace]:
    """A new canvas over the frame, asked one prompt after the other."""
    catalogue = Catalogue()
    catalogue.register("cars", frame)
    workspace = Workspace("test", catalogue=catalogue)
    providers = Providers(settings)
    session = Session(workspace, Turns(settings, lambda _, wanted: providers.route(wanted)))
    turns = [await session.turns.ask(UserPrompt(prompt=prompt), **options) for prompt in prompts]
    await session.close()
    await providers.aclose()
    return turns, workspace


def recording(server: ScriptedServer, path: Path, **more: Any) -> Settings:
    given = {"base_url": server.url, "api_key": KEY, "model": "scripted", "cassette": path, "cassette_mode": "record"}
    return Settings(**{**given, **more})


def replaying(path: Path) -> Settings:
    return Settings(cassette=path, cassette_mode="replay")


def seen(turn: Turn, workspace: Workspace) -> tuple[Any, ...]:
    """What a user sees of a turn."""
    from canvas_widget.render import render_text

    results = {name: workspace.result_for(name) for name in turn.made}
    calls = [(call.tool, call.arguments, call.ok) for call in turn.tool_calls]
    shown = render_text(workspace.document, {name: result for name, result in results.items() if result is not None})
    return turn.text, turn.confidence, turn.usage, turn.cost, turn.provider, turn.model, calls, shown


@pytest.mark.ledger("X2")
async def test_a_replay_is_the_recorded_run_without_key_and_server(tmp_path: Path, cars: pd.DataFrame) -> None:
    path = tmp_path / "notes.cassette.json"
    with ScriptedServer([*ANSWERS, *ANSWERS]) as server:
        turns, workspace = await asked(recording(server, path), cars, "Mileage by origin", "And once more")
    before = [seen(turn, workspace) for turn in turns]
    assert [turn.error for turn in turns] == [None, None]
    written = path.read_bytes()
    for _ in range(2):
        again, replayed = await asked(replaying(path), cars, "Mileage by origin", "And once more")
        assert [seen(turn, replayed) for turn in again] == before
    assert path.read_bytes() == written, "a replay writes nothing"


@pytest.mark.ledger("X2")
async def test_a_changed_prompt_is_named_with_the_nearest_recorded_one(tmp_path: Path, cars: pd.DataFrame) -> None:
    path = tmp_path / "notes.cassette.json"
    with ScriptedServer(ANSWERS) as server:
        await asked(recording(server, path), cars, "Mileage by origin")
        (turn,), workspace = await asked(replaying(path), cars, "Mileage by country of origin")
        assert len(server.requests) == 2, "a replay asks nobody"
    assert isinstance(turn.error, CassetteMiss)
    assert turn.error.error_code == "CASSETTE"
    assert "“Mileage by country of origin” is not recorded" in turn.error.message
    assert "“Mileage by origin”" in turn.error.message
    assert not list(workspace.document)


@pytest.mark.ledger("X2")
async def test_a_changed_result_is_shown_with_what_it_was(tmp_path: Path, cars: pd.DataFrame) -> None:
    path = tmp_path / "notes.cassette.json"
    with ScriptedServer(ANSWERS) as server:
        await asked(recording(server, path), cars, "Mileage by origin")
    cars.loc[cars.Name == "civic", "Miles_per_Gallon"] = 53.0
    (turn,), _ = await asked(replaying(path), cars, "Mileage by origin")
    assert turn.error is not None
    mean = cars.groupby("Origin").Miles_per_Gallon.mean()["Japan"]
    assert "the result of create_chart changed from" in turn.error.message
    assert f"{mean:g}" in turn.error.message
    assert "32" in turn.error.message


@pytest.mark.ledger("X2")
async def test_recording_again_replaces_what_was_recorded_for_the_prompt(tmp_path: Path, cars: pd.DataFrame) -> None:
    path = tmp_path / "notes.cassette.json"
    with ScriptedServer(ANSWERS) as server:
        await asked(recording(server, path), cars, "Mileage by origin")
    tape_at.cache_clear()  # a new kernel
    with ScriptedServer([text("Nothing to draw.")]) as server:
        await asked(recording(server, path), cars, "Mileage by origin")
    entries = Tape(path).entries
    assert [entry.prompt for entry in entries] == ["Mileage by origin"]
    (turn,), _ = await asked(replaying(path), cars, "Mileage by origin")
    assert turn.text == "Nothing to draw."


@pytest.mark.ledger("X2", "E4")
async def test_only_whole_answers_are_recorded(tmp_path: Path, cars: pd.DataFrame) -> None:
    path = tmp_path / "notes.cassette.json"
    refused = [Status(400, {"error": {"message": "no"}})]
    with ScriptedServer([text("Half an ans", finish=None), *ANSWERS]) as server:
        settings = recording(server, path, retries=1)
        (turn,), _ = await asked(settings, cars, "Mileage by origin")
        assert turn.error is None
    steps = [(entry.step, entry.answer[-1].model_dump()) for entry in Tape(path).entries]
    assert steps == [(1, {"finish": "tool_calls"}), (2, {"finish": "stop"})]
    tape_at.cache_clear()
    for broken in ([*text("Half")[:-1], CUT], refused):
        with ScriptedServer([broken]) as server:
            other = tmp_path / "other.cassette.json"
            (turn,), _ = await asked(recording(server, other, retries=0), cars, "Mileage by origin")
            assert turn.error is not None
            assert not other.exists()


@pytest.mark.ledger("X2", "X12")
async def test_no_key_reaches_a_cassette(tmp_path: Path, cars: pd.DataFrame) -> None:
    path = tmp_path / "notes.cassette.json"
    cars["Name"] = [PATTERNED, *cars.Name[1:]]
    tables = ("create_table", {"container_id": "all", "dataset": "cars", "title": PATTERNED})
    with ScriptedServer([calls(tables, say=f"I use {KEY}"), text(f"Your key is {KEY}, or {PATTERNED}.")]) as server:
        (turn,), _ = await asked(recording(server, path), cars, f"Show the cars, with {KEY} and {PATTERNED}")
    assert turn.error is None
    written = path.read_text(encoding="utf-8")
    assert KEY not in written
    assert PATTERNED not in written
    assert PLACEHOLDER in written
    assert "authorization" not in written.lower()
    assert server.url not in written
    (turn,), _ = await asked(Settings(api_key=KEY, base_url=server.url, cassette=path, cassette_mode="replay"), cars,
                             f"Show the cars, with {KEY} and {PATTERNED}")  # fmt: skip
    assert turn.error is None


@pytest.mark.ledger("X2")
async def test_the_settings_decide_over_the_cell(tmp_path: Path, cars: pd.DataFrame) -> None:
    path = tmp_path / "notes.cassette.json"
    with ScriptedServer([text("Hello")]) as server:
        settings = recording(server, path)
        (turn,), _ = await asked(settings, cars, "Greet", cassette="replay")
        assert turn.text == "Hello"
        off = Settings(base_url=server.url, api_key=KEY, model="scripted", cassette=path)
        (turn,), _ = await asked(off, cars, "Greet", cassette="replay")
        assert turn.text == "Hello"
        assert len(server.requests) == 1


@pytest.mark.ledger("X2")
async def test_without_a_set_path_a_cassette_lies_beside_the_notebook(
    tmp_path: Path, cars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "sales.ipynb"))
    assert cassette_path(Settings()) == tmp_path / "sales.cassette.json"
    with ScriptedServer([text("Hello")]) as server:
        settings = Settings(base_url=server.url, api_key=KEY, model="scripted", cassette_mode="record")
        await asked(settings, cars, "Greet")
    assert os.listdir(tmp_path) == ["sales.cassette.json"]  # noqa: PTH208
    monkeypatch.delenv("JPY_SESSION_NAME")
    (turn,), _ = await asked(Settings(cassette_mode="replay"), cars, "Greet")
    assert turn.text == "Hello", "a runner that does not tell the notebook's name finds it too"


@pytest.mark.ledger("X2")
async def test_cassettes_of_other_notebooks_that_answer_differently_are_named(
    tmp_path: Path, cars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    north, south = (tmp_path / f"{name}.cassette.json" for name in ("north", "south"))
    for path, answer in ((north, "Hello"), (south, "Good day")):
        with ScriptedServer([text(answer)]) as server:
            await asked(recording(server, path), cars, "Greet")

    async def played(settings: Settings) -> Turn:
        (turn,), _ = await asked(settings, cars, "Greet")
        return turn

    nameless = Settings(cassette_mode="replay")
    turn = await played(nameless)
    assert isinstance(turn.error, CassetteMiss)
    for said in ("“Greet”", north.name, south.name, "CANVAS_WIDGET_CASSETTE"):
        assert said in turn.error.message
    assert (await played(replaying(south))).text == "Good day", "the one that is set is meant"
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "south.ipynb"))
    assert (await played(nameless)).text == "Good day", "the notebook's own is meant"
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "west.ipynb"))
    assert isinstance((await played(nameless)).error, CassetteMiss)
    south.write_bytes(north.read_bytes())
    assert (await played(nameless)).text == "Hello", "where all say the same, it does not matter which"


@pytest.mark.ledger("X2")
async def test_a_cassette_is_read_line_by_line_in_a_review(tmp_path: Path, cars: pd.DataFrame) -> None:
    sql = "SELECT Origin, count(*) AS n FROM cars WHERE Horsepower > 100 AND Origin <> 'Übersee' GROUP BY 1"
    lines = []
    for word in ("viele", "wenig"):
        path = tmp_path / f"{word}.cassette.json"
        with ScriptedServer([calls(("run_query", {"sql": sql})), text(f"Japan baut {word} Wägen – 日本.")]) as server:
            await asked(recording(server, path), cars, "Wägen")
        lines.append(path.read_text(encoding="utf-8").splitlines())
    first, second = lines
    stripped = [line.strip().rstrip(",") for line in first]
    assert f'"sql": "{sql}"' in stripped
    assert '"text": "Japan baut viele Wägen – 日本."' in stripped
    text_of = r'"(?:[^"\\]|\\.)*"'
    one_value = re.compile(rf" *(?:{text_of}: )?(?:[\[\]{{}}]{{1,2}}|{text_of}|-?[\d.eE+-]+|true|false|null),?")
    assert [line for line in first if not one_value.fullmatch(line)] == []
    assert len(first) == len(second)
    assert sum(before != after for before, after in zip(first, second, strict=True)) == 1


@pytest.mark.ledger("X2")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", "merge conflict"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ('{"format": 2, "entries": []}', "format"),
        ('{"format": 1, "entries": [{"prompt": 1}]}', "entries.0"),
    ],
)
async def test_a_broken_cassette_is_named_and_left_alone(
    tmp_path: Path, cars: pd.DataFrame, content: str, said: str
) -> None:
    path = tmp_path / "notes.cassette.json"
    path.write_text(content)
    (turn,), _ = await asked(replaying(path), cars, "Greet")
    assert isinstance(turn.error, InvalidArgument)
    assert path.name in turn.error.message
    assert said in turn.error.message
    with ScriptedServer([text("Hello")]) as server:
        (turn,), _ = await asked(recording(server, path), cars, "Greet")
    assert turn.error is not None
    assert path.read_text() == content


@pytest.mark.ledger("X2")
def test_ids_and_times_do_not_count() -> None:
    def said(call_id: str, elapsed: float) -> list[Message]:
        result = json.dumps({"ok": True, "row_count": 3, "elapsed_ms": elapsed, "nested": [{"created_at": call_id}]})
        return [
            Message("system", f"now it is {elapsed}"),
            Message("user", "Draw"),
            Message("assistant", "", (ToolCall(call_id, "run_query", '{"sql": "select 1"}'),)),
            Message("tool", result, tool_call_id=call_id, name="run_query"),
        ]

    assert key_of(heard(said("a", 1.5))) == key_of(heard(said("b", 2.5)))
    other = [*said("a", 1.5)[:3], Message("tool", '{"ok": true, "row_count": 4}', tool_call_id="a", name="run_query")]
    assert key_of(heard(other)) != key_of(heard(said("a", 1.5)))


@pytest.mark.ledger("X2")
@given(
    st.lists(st.text(min_size=1)),
    st.lists(st.tuples(st.text(min_size=1), st.dictionaries(st.text(), st.integers() | st.text())), max_size=4),
)
def test_an_answer_survives_being_written_and_read(pieces: list[str], wanted: list[tuple[str, dict[str, Any]]]) -> None:
    import tempfile

    deltas: list[Any] = [TextDelta(piece) for piece in pieces]
    for index, (name, arguments) in enumerate(wanted):
        whole = json.dumps(arguments)
        deltas += [ToolCallDelta(index, f"id-{index}", name, whole[:3]), ToolCallDelta(index, arguments=whole[3:])]
    answer = answer_of([*deltas, Finish("stop")])
    entry = {"prompt": "p", "step": 1, "key": "k", "provider": "x", "model": "y", "answer": answer}
    with tempfile.TemporaryDirectory() as folder:
        Tape(Path(folder) / "a.cassette.json").record(entry)
        read = Tape(Path(folder) / "a.cassette.json").take("k")
    assert read is not None
    played = read.deltas()
    assert "".join(delta.text for delta in played if isinstance(delta, TextDelta)) == "".join(pieces)
    calls_played = [delta for delta in played if isinstance(delta, ToolCallDelta)]
    assert [(delta.name, json.loads(delta.arguments)) for delta in calls_played] == wanted
    assert [delta.index for delta in calls_played] == list(range(len(wanted)))
    assert played[-1] == Finish("stop")
