"""Structured logs: one line an event, as JSON outside development, each with the request's number."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog

from registry.domain.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from registry.config import Settings


def mask_personal_data(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take mail addresses and telephone numbers out of a line: logs are read by more people than the data is for."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = mask_text(value)
    return line


def set_up(settings: Settings) -> None:
    """Configure structlog and the standard library's logging for this process: both write the same kind of line."""
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if settings.is_development
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    last: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, mask_personal_data, renderer]
    structlog.configure(processors=[*before, *last], logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
