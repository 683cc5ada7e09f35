"""Real frames, and an engine over them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from vega_datasets import local_data

from canvas_widget.data import Catalogue, Engine
from canvas_widget.data.engines import remote


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count or a profile is the engine's own, however slow the machine is."""
    monkeypatch.setattr(remote, "COUNT_SECONDS", 600.0)
    monkeypatch.setattr(remote, "PROFILE_SECONDS", 600.0)


@pytest.fixture(scope="session")
def frames() -> dict[str, pd.DataFrame]:
    return {
        "cars": local_data.cars(),
        "stocks": local_data.stocks(),
        "weather": local_data.seattle_weather(),
        "barley": local_data.barley(),
        "iris": local_data.iris(),
    }


@pytest.fixture(scope="session")
def cars(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return frames["cars"]


@pytest.fixture(scope="session")
def engine(frames: dict[str, pd.DataFrame]) -> Engine:
    return Engine(Catalogue(lambda: frames))


def engine_of(**frames: Any) -> Engine:
    """An engine over frames of the test's own."""
    return Engine(Catalogue(lambda: frames))
