"""What outlives a process: users, sessions, and the log of what happened in them."""

from canvas_widget.store.base import SessionRecord, Snapshot, Store, UserRecord
from canvas_widget.store.journal import StoreJournal, Writer
from canvas_widget.store.memory import MemoryStore
from canvas_widget.store.open import open_store

__all__ = [
    "MemoryStore",
    "SessionRecord",
    "Snapshot",
    "Store",
    "StoreJournal",
    "UserRecord",
    "Writer",
    "open_store",
]
