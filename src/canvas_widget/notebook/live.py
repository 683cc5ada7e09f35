"""What makes a canvas work, made when it is first needed: a cell that only shows a canvas does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.agent import acting  # noqa: F401  (with the other rooms, in one go)
from canvas_widget.data import Catalogue
from canvas_widget.notebook import box, datasets, places  # noqa: F401
from canvas_widget.notebook.kernel import config, namespace
from canvas_widget.session import Session, Turns
from canvas_widget.settings import load_settings
from canvas_widget.workspace import Workspace

if TYPE_CHECKING:
    from canvas_widget.notebook.carrier import WidgetClient
    from canvas_widget.notebook.runtime import LoopThread

__all__ = ["Live"]


class Live:
    """The workspace, the session, and the widget's own place in it. Made on the loop's thread.

    Args:
        client: sends the session's frames to the widget's views.
    """

    def __init__(self, name: str, width: int, height: int, loop: LoopThread, client: WidgetClient) -> None:
        self.workspace = Workspace(name, width, height, catalogue=Catalogue(namespace), owner=loop)
        self.session = Session(self.workspace, Turns(load_settings(config())))
        self._client = client
        self._member = self.session.attach(client)

    def handle(self, content: object) -> None:
        """A frame of the front end's."""
        if self._member not in self.session.outbox.members:
            self._member = self.session.attach(self._client)
        self.session.spawn(self.session.handle(self._member, content))
