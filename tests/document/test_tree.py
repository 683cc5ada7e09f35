"""The canvas as an object tree."""

from __future__ import annotations

import pytest

from canvas_widget.document import apply, tree
from strategies import CONTENTS, add, doc, tx

pytestmark = pytest.mark.ledger("C4")


def test_the_tree_shows_canvas_containers_and_content():
    document = apply(doc(), tx(add("sales", title="Sales", content=CONTENTS["chart"]), add("notes"))).document
    assert tree(document) == {
        "id": "/",
        "kind": "canvas",
        "title": "test",
        "children": [
            {
                "id": "sales",
                "kind": "container",
                "title": "Sales",
                "children": [{"id": "sales:chart", "kind": "chart", "title": "Sales", "children": []}],
            },
            {"id": "notes", "kind": "container", "title": "notes", "children": []},
        ],
    }


@pytest.mark.ledger("A7")
def test_no_two_nodes_of_the_tree_share_an_id():
    document = apply(doc(), tx(*(add(name, content=CONTENTS["chart"]) for name in ("test", "chart", "test_chart"))))

    def ids(node):
        yield node["id"]
        for child in node["children"]:
            yield from ids(child)

    found = list(ids(tree(document.document)))
    assert len(found) == len(set(found)) == 7
