"""After a test that failed, the next one – its own second try too – finds nothing that the failed one has left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

__all__ = ["pytest_runtest_makereport", "pytest_runtest_teardown"]

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note which test failed."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """End the fixtures that a module, package or session shares as well: servers, kernels and databases start anew.

    Without it a second try meets the user that the first one made, the limit it used up, the kernel it broke. It comes
    before the plug-in that runs tests again, which would put these fixtures aside as they are.
    """
    if item.stash.get(_failed, False):
        item.stash[_failed] = False
        item.session._setupstate.teardown_exact(None)
    return (yield)
