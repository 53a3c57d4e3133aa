"""What goes wrong in a control's callback goes wrong in its test; ipywidgets would only log it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from ipywidgets.widgets.widget import CallbackDispatcher


@pytest.fixture(autouse=True)
def errors_in_callbacks_are_raised(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> Iterator[None]:
    def call(self: CallbackDispatcher, *arguments: Any, **named: Any) -> None:
        for callback in list(self.callbacks):
            callback(*arguments, **named)

    monkeypatch.setattr(CallbackDispatcher, "__call__", call)
    yield
    if "expects_an_error" not in request.keywords:
        logged = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
        assert logged == []
