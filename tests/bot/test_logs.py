"""What may not get into a log line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from bot import logs
from settings.model import Log


@pytest.fixture(autouse=True)
def _left_as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def break_with(held: str) -> None:
    assert held
    raise RuntimeError("broken")


def log_a_failure(kind: Literal["text", "json"], held: str) -> None:
    logs.configure(Log(format=kind))
    try:
        break_with(held)
    except RuntimeError as error:
        structlog.get_logger().error("message_failed", exc_info=error)


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_traceback_names_the_place_and_never_what_the_variables_held(
    kind: Literal["text", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    log_a_failure(kind, "".join(["a-held", "-token"]))
    told = capsys.readouterr().err
    assert "broken" in told
    assert "break_with" in told
    assert "a-held-token" not in told


def test_a_json_line_is_one_line_that_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    log_a_failure("json", "x")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "message_failed"
