"""Logs: one line per event on standard output, JSON for machines or columns for a terminal.

The standard library's logging, which our dependencies use, goes the same way; what they write in free text is cut down
to what cannot quote anybody's data.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from json import dumps
from types import TracebackType
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import Processor

from healthpartner.core.redaction import EventDict, describe_exception, foreign_message, redact

# Their messages are made of host names, ports, revisions and source lines, which an operator wants to read.
_OPERATIONAL_LOGGERS = ("healthpartner", "uvicorn.error", "alembic", "py.warnings")
# Talkative below a warning, and at debug level they print requests and statements.
_QUIET_LOGGERS = ("aiobotocore", "asyncio", "asyncpg", "boto3", "botocore", "hpack", "httpcore", "urllib3")


def configure_logging(level: str = "info", *, json: bool | None = None, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library; `json=None` means JSON unless the stream is a terminal."""
    output = stream or sys.stdout
    as_json = not output.isatty() if json is None else json
    threshold = logging.getLevelNamesMapping()[level.upper()]
    processors = _processors(as_json=as_json)
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    _route_standard_logging(threshold, processors, output)
    sys.excepthook = _log_uncaught


def bind_request(*, request_id: str, org_id: str | None = None) -> Mapping[str, Any]:
    """Name the request and tenant on every line of this task; give the result to `unbind_request` afterwards."""
    fields = {"request_id": request_id} if org_id is None else {"request_id": request_id, "org_id": org_id}
    return structlog.contextvars.bind_contextvars(**fields)


def unbind_request(tokens: Mapping[str, Any]) -> None:
    structlog.contextvars.reset_contextvars(**tokens)


class RecordFormatter(logging.Formatter):
    """Turns a record of the standard library into the same line that structlog would write."""

    def __init__(self, processors: Sequence[Processor]) -> None:
        super().__init__()
        self._processors = processors

    def format(self, record: logging.LogRecord) -> str:
        line: Any = {"event": _message(record), "logger": record.name}
        if record.exc_info:
            line["exc_info"] = record.exc_info
        for processor in self._processors:
            line = processor(None, record.levelname.lower(), line)
        return str(line)


def _processors(*, as_json: bool) -> list[Processor]:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        redact,
        describe_exception,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_json:
        return [*shared, _render_json]
    return [*shared, _flatten_exception, structlog.dev.ConsoleRenderer()]


def _render_json(_logger: Any, _method: str, event_dict: EventDict) -> str:
    try:
        return msgspec.json.encode(dict(event_dict)).decode()
    except ValueError:
        # Numbers beyond 64 bits and broken surrogates: rare, and no reason to lose the line or the request.
        return dumps(dict(event_dict))


def _flatten_exception(_logger: Any, _method: str, event_dict: EventDict) -> EventDict:
    described = event_dict.get("exception")
    if described:
        event_dict["exception"] = "\n".join(
            "\n  ".join([": ".join(filter(None, (error["type"], error.get("message")))), *error["frames"]])
            for error in described
        )
    return event_dict


def _route_standard_logging(threshold: int, processors: Sequence[Processor], output: TextIO) -> None:
    handler = logging.StreamHandler(output)
    handler.setFormatter(RecordFormatter(processors))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(threshold)
    for name in ("uvicorn", "uvicorn.error", "litestar", "pgqueuer"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    # Its lines hold full paths with their query; the web layer writes its own line per request.
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(capture=True)


def _message(record: logging.LogRecord) -> str:
    if record.name.startswith(_OPERATIONAL_LOGGERS):
        return record.getMessage()
    return foreign_message(str(record.msg), record.args)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger("healthpartner").critical("uncaught exception", exc_info=(kind, error, trace))
