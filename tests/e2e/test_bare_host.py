"""A host that has only the comm, as VS Code, Colab and marimo have: the page of `tests/pages` and a real kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.bare import BareHost

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    export default {
      initialize({ model }) { model.set("ready", true); model.save_changes(); },
      render({ model, el }) {
        const button = document.createElement("button");
        const show = () => { button.textContent = `count is ${model.get("count")}`; };
        button.onclick = () => { model.send({ add: 1 }, undefined, [new Uint8Array([1, 2, 255]).buffer]); };
        model.on("change:count", show);
        show();
        el.append(button);
      },
    };
    """
    count = traitlets.Int(3).tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)

counter = Counter()
counter.on_msg(lambda self, content, buffers: setattr(self, "count", self.count + sum(bytes(buffers[0]))))
counter
'''


@pytest.fixture
def host(page: Page, tmp_path: Path) -> Iterator[BareHost]:
    started = BareHost(page, tmp_path)
    yield started
    started.stop()


def test_the_host_carries_traits_messages_and_buffers_both_ways(host: BareHost) -> None:
    host.run(COUNTER)
    button = host.page.get_by_role("button")
    expect(button).to_have_text("count is 3")
    button.click()
    host.until(lambda: button.inner_text() == "count is 261")
    host.run("counter.count = 5")
    host.until(lambda: button.inner_text() == "count is 5")
    assert host.run("print(counter.count, counter.ready)") == "5 True"
