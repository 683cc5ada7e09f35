"""The reading order behaves as a sorted list, whatever its length."""

from __future__ import annotations

import random

from canvas_widget.document.order import BLOCK, ReadingOrder


def test_it_is_a_sorted_list():
    chance = random.Random(7)
    order, plain = ReadingOrder(), {}
    for step in range(6 * BLOCK):
        name = f"n{chance.randrange(3 * BLOCK)}"
        if name in plain and chance.random() < 0.3:
            order = order.drop(name)
            del plain[name]
        else:
            plain[name] = chance.uniform(-100, 100)
            order = order.put(name, plain[name])
        if step % 97 == 0:
            expected = sorted(plain, key=lambda one: (plain[one], one))
            assert list(order) == expected
            assert [order.index(one) for one in expected] == list(range(len(expected)))
            assert [order.at(number) for number in range(len(expected))] == expected
            assert order.last == (expected[-1] if expected else None)


def test_an_id_can_be_put_at_any_index():
    order = ReadingOrder.numbered([f"n{number}" for number in range(2 * BLOCK)])
    for index in (0, 1, BLOCK, 2 * BLOCK - 1):
        number = order.between(index, "n5")
        assert order.put("n5", number).index("n5") == index
