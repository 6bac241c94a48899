"""Log lines tell what happened and where, and never whose data was in hand."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.errors import Conflict, NotFound
from healthpartner.core.logs import bind_request, configure_logging, unbind_request
from healthpartner.core.redaction import REDACTED, foreign_message, redact

SECRET = "s3cr3t-and-personal"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, hook = logging.root, sys.excepthook
    handlers, level, access = root.handlers[:], root.level, logging.getLogger("uvicorn.access").disabled
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level, sys.excepthook = handlers, level, hook
    logging.getLogger("uvicorn.access").disabled = access
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def output() -> io.StringIO:
    stream = io.StringIO()
    configure_logging("info", json=True, stream=stream)
    return stream


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def fail(message: str) -> None:
    local_value = f"local {message}"
    raise ValueError(message or local_value)


def test_an_event_is_one_json_line_with_time_and_level(output: io.StringIO) -> None:
    structlog.get_logger().info("event recorded", stream="lab_results", count=3)

    (line,) = lines(output)
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo == UTC
    assert line == {"event": "event recorded", "level": "info", "stream": "lab_results", "count": 3}


def test_events_below_the_level_are_left_out(output: io.StringIO) -> None:
    structlog.get_logger().debug("chatter")
    logging.getLogger("litestar").debug("chatter")

    assert lines(output) == []


def test_request_and_tenant_are_on_every_line_until_unbound(output: io.StringIO) -> None:
    tokens = bind_request(request_id="r-1", org_id="o-1")
    structlog.get_logger().info("inside")
    logging.getLogger("litestar").warning("inside too")
    unbind_request(tokens)
    structlog.get_logger().info("outside")

    inside, foreign, outside = lines(output)
    assert (inside["request_id"], inside["org_id"]) == ("r-1", "o-1")
    assert (foreign["request_id"], foreign["org_id"]) == ("r-1", "o-1")
    assert "request_id" not in outside


@pytest.mark.parametrize(
    "name",
    [
        "authorization", "Authorization", "taih-tenant-key", "token", "refresh_token", "accessToken", "client_secret",
        "password", "value", "values", "body", "email", "name", "first_name", "birthday", "weight", "file_url",
    ],
)  # fmt: skip
def test_secret_and_health_fields_are_dropped_at_any_depth(output: io.StringIO, name: str) -> None:
    structlog.get_logger().info("seen", **{name: SECRET}, inner={"list": [{name: SECRET}]})

    assert SECRET not in output.getvalue()
    assert lines(output)[0][name] == REDACTED


def test_ids_and_times_are_kept_as_text(output: io.StringIO) -> None:
    user_id = UUID(int=7)
    structlog.get_logger().info("seen", user_id=user_id, at=datetime(2026, 1, 2, tzinfo=UTC))

    assert lines(output)[0]["user_id"] == str(user_id)
    assert lines(output)[0]["at"] == "2026-01-02 00:00:00+00:00"


def test_objects_are_named_not_printed(output: io.StringIO) -> None:
    class Sample:
        def __repr__(self) -> str:
            return SECRET

    structlog.get_logger().info("seen", subject=Sample(), raw=SECRET.encode(), error=ValueError(SECRET))

    assert SECRET not in output.getvalue()
    assert lines(output)[0]["raw"] == "<bytes>"
    assert lines(output)[0]["error"] == "ValueError"


def test_an_error_logged_as_the_event_is_named_only(output: io.StringIO) -> None:
    structlog.get_logger().error(ValueError(SECRET))

    assert lines(output)[0]["event"] == "ValueError"


def test_a_value_that_json_finds_hard_loses_no_line(output: io.StringIO) -> None:
    structlog.get_logger().info("hard", huge=2**70, broken="\ud800", nothing=float("nan"))

    assert lines(output)[0]["huge"] == 2**70


def test_a_warning_is_a_line_that_says_where(output: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old habit", DeprecationWarning, stacklevel=1)

    assert "test_logs.py" in lines(output)[0]["event"]
    assert lines(output)[0]["logger"] == "py.warnings"


def test_a_foreign_exception_is_told_by_type_and_place_only(output: io.StringIO) -> None:
    try:
        fail(SECRET)
    except ValueError:
        structlog.get_logger().exception("it failed")

    (line,) = lines(output)
    assert SECRET not in output.getvalue()
    (described,) = line["exception"]
    assert described["type"] == "ValueError"
    assert described["frames"][-1].startswith("tests/core/test_logs.py:")
    assert described["frames"][-1].endswith(":fail")


def test_our_own_errors_keep_their_message_and_name_their_cause(output: io.StringIO) -> None:
    try:
        try:
            fail(SECRET)
        except ValueError as cause:
            raise NotFound from cause
    except NotFound as error:
        structlog.get_logger().error("it failed", exc_info=error)

    ours, foreign = lines(output)[0]["exception"]
    assert ours["type"] == "healthpartner.core.errors.NotFound"
    assert ours["message"] == "There is no such resource."
    assert foreign["type"] == "ValueError"
    assert SECRET not in output.getvalue()


def test_every_member_of_a_group_is_told(output: io.StringIO) -> None:
    group = ExceptionGroup(SECRET, [ValueError(SECRET), Conflict()])
    structlog.get_logger().error("they failed", exc_info=group)

    types = [described["type"] for described in lines(output)[0]["exception"]]
    assert types == ["ExceptionGroup", "ValueError", "healthpartner.core.errors.Conflict"]
    assert SECRET not in output.getvalue()


def test_a_library_cannot_quote_data_in_its_messages(output: io.StringIO) -> None:
    logger = logging.getLogger("asyncio")
    quoting = f"Task exception was never retrieved\nfuture: ValueError({SECRET})"
    logger.error(quoting)
    logger.error("bad row %s after %d tries of %r", SECRET, 3, {"x": SECRET})
    try:
        fail(SECRET)
    except ValueError:
        logger.exception("query failed")

    assert SECRET not in output.getvalue()
    assert [line["event"] for line in lines(output)] == [
        "Task exception was never retrieved",
        "bad row … after 3 tries of …",
        "query failed",
    ]
    assert lines(output)[2]["exception"][0]["type"] == "ValueError"


def test_an_operator_still_reads_where_the_server_listens(output: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s://%s:%d", "http", "127.0.0.1", 8000)

    assert lines(output)[0]["event"] == "Uvicorn running on http://127.0.0.1:8000"
    assert lines(output)[0]["logger"] == "uvicorn.error"


def test_access_lines_with_their_queries_are_off(output: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info('"GET /v1/devices?link_token=%s"', SECRET)

    assert output.getvalue() == ""


def test_drivers_stay_quiet_even_when_we_debug() -> None:
    stream = io.StringIO()
    configure_logging("debug", json=True, stream=stream)
    logging.getLogger("botocore.endpoint").debug("body")
    structlog.get_logger().debug("ours")

    assert [line["event"] for line in lines(stream)] == ["ours"]


def test_an_uncaught_exception_is_a_line_too(output: io.StringIO) -> None:
    try:
        fail(SECRET)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)

    assert lines(output)[0]["event"] == "uncaught exception"
    assert lines(output)[0]["level"] == "critical"
    assert SECRET not in output.getvalue()


def test_a_terminal_gets_readable_lines_under_the_same_rules() -> None:
    stream = io.StringIO()
    configure_logging("info", json=False, stream=stream)
    try:
        fail(SECRET)
    except ValueError:
        structlog.get_logger().exception("it failed", token=SECRET)
        logging.getLogger("litestar").exception("it failed there")

    assert SECRET not in stream.getvalue()
    assert "it failed" in stream.getvalue()
    assert ":fail" in stream.getvalue()


def test_a_stream_that_is_no_terminal_gets_json() -> None:
    stream = io.StringIO()
    configure_logging(stream=stream)
    structlog.get_logger().info("hello")

    assert lines(stream)[0]["event"] == "hello"


@given(st.recursive(st.just(SECRET), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_nothing_below_a_forbidden_name_survives(value: Any) -> None:
    assert redact(None, "info", {"event": "seen", "payload": value})["payload"] == REDACTED


@given(st.text(max_size=40), st.lists(st.sampled_from([SECRET, 1, 2.5, None, [SECRET]]), max_size=3))
def test_a_foreign_message_never_fails_and_never_quotes(template: str, arguments: list[Any]) -> None:
    assert SECRET not in foreign_message(template, tuple(arguments))
