"""Cassettes: what a provider answered, recorded beside the notebook and played again with no key and no network.

A cassette holds neutral deltas, never HTTP, so that no header, address or key can reach it. An answer is found by
what was said before it; ids and times in that are left out.
"""

from canvas_widget.agent.providers.cassette.modes import CassetteMode, cassette_path, mode_of, through_cassette
from canvas_widget.agent.providers.cassette.playing import CassetteMiss, Recording, Replaying, recorded, replayed
from canvas_widget.agent.providers.cassette.tape import Tape, find_tapes, tape_at

__all__ = [
    "CassetteMiss",
    "CassetteMode",
    "Recording",
    "Replaying",
    "Tape",
    "cassette_path",
    "find_tapes",
    "mode_of",
    "recorded",
    "replayed",
    "tape_at",
    "through_cassette",
]
