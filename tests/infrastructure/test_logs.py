from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import structlog

from registry.infrastructure import logs
from tests.conftest import test_settings as settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def configuration_put_back() -> Iterator[None]:
    kept = structlog.get_config()
    structlog.contextvars.clear_contextvars()
    yield
    structlog.configure(**kept)
    structlog.contextvars.clear_contextvars()


def test_one_line_of_json_an_event_with_the_requests_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(settings_for(tmp_path, "sqlite://"))
    structlog.contextvars.bind_contextvars(request_id="abc")
    structlog.get_logger().warning("失败", path="/\n伪造一行")
    structlog.get_logger().error("出错", exc_info=ValueError("因为"))
    written = capsys.readouterr().err
    first, second = (json.loads(line) for line in written.splitlines())
    assert first | {"timestamp": ""} == {
        "event": "失败",
        "path": "/\n伪造一行",
        "request_id": "abc",
        "level": "warning",
        "timestamp": "",
    }
    assert "失败" in written
    assert "ValueError: 因为" in second["exception"]


def test_a_developer_reads_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(replace(settings_for(tmp_path, "sqlite://"), environment="development"))
    structlog.get_logger().info("hello", number=7)
    written = capsys.readouterr().err
    assert "hello" in written
    assert "number=7" in written
    with pytest.raises(json.JSONDecodeError):
        json.loads(written)


def test_personal_data_is_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(settings_for(tmp_path, "sqlite://"))
    structlog.get_logger().info("mail", to="zhang@firm.example", note="请打 13800001234")
    structlog.get_logger().error("出错", exc_info=ValueError("zhang@firm.example"))
    written = capsys.readouterr().err
    assert "zhang@" not in written
    assert "13800001234" not in written
    assert "138****1234" in written


def test_what_libraries_log_is_a_line_of_the_same_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Flask logs a defect with its address, which may hold the key of a letter's link."""
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        logs.set_up(settings_for(tmp_path, "sqlite://"))
        defect = ValueError("zhang@firm.example")
        logging.getLogger("flask.app").error("Exception on /account/reset/%s", "k" * 43, exc_info=defect)
        logging.getLogger("other").warning("two\nlines 13800001234")
    finally:
        root.handlers = kept
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first["event"] == "Exception on /account/reset/…"
    assert "z***@firm.example" in first["exception"]
    assert (second["event"], second["logger"]) == ("two\nlines 138****1234", "other")
