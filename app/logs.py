"""Log lines as JSON on standard error. An exception tells its type and place: its message may hold what was asked."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.errors import EspooError

MAX_FRAMES = 20
NOISY = ("httpx", "httpcore", "chromadb", "urllib3")  # they write URLs and queries at INFO


def configure_logs(level: str) -> None:
    """Route structlog and the standard library's loggers (uvicorn's too) through one JSON writer."""
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
    ]
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    finish: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level.upper())  # bm25s sets its own logger to DEBUG when it is imported
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=steps, processors=finish))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_messages(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Put an exception's type and frames in place of its text."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["reason"] = _reason(error)
        event["frames"] = _frames(error.__traceback__)
    return event


def _reason(error: BaseException) -> str:
    """Our own errors and the system's say nothing of a person."""
    if isinstance(error, EspooError):
        return str(error)
    return error.strerror or "" if isinstance(error, OSError) else ""


def _frames(trace: TracebackType | None) -> list[str]:
    summary: Any = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in summary][-MAX_FRAMES:]
