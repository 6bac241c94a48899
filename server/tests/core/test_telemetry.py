"""Metrics can be scraped; traces join the caller's and keep messages to themselves."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import CONTENT_TYPE_LATEST

from healthpartner.core import telemetry

TRACE_ID, SPAN_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE_ID}-{SPAN_ID}-01"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    memory = InMemorySpanExporter()
    telemetry.configure_tracing(None, "test", exporter=memory)
    yield memory
    telemetry.shutdown_tracing()


def flush() -> None:
    assert telemetry._Tracing.provider is not None
    telemetry._Tracing.provider.force_flush()


def test_the_shared_metrics_are_rendered_as_prometheus_text() -> None:
    telemetry.http_requests_total.labels("GET", "/v1/devices", "200").inc()
    telemetry.oldest_undelivered_seconds.labels("lab_results").set(7)

    body, content_type = telemetry.render()

    assert content_type == CONTENT_TYPE_LATEST
    assert b'http_requests_total{method="GET",route="/v1/devices",status="200"}' in body
    assert b'oldest_undelivered_seconds{stream="lab_results"} 7.0' in body


@pytest.mark.parametrize(
    ("metric", "name", "labels"),
    [
        ("http_request_duration_seconds", b"http_request_duration_seconds_bucket", ("GET", "/v1/metrics")),
        ("events_recorded_total", b"events_recorded_total", ("lab_results", "lab.result.ready")),
        ("deliveries_total", b"deliveries_total", ("lab_results", "webhook", "delivered")),
        ("delivery_lag_seconds", b"delivery_lag_seconds_bucket", ("lab_results",)),
        ("attempt_duration_seconds", b"attempt_duration_seconds_bucket", ("webhook",)),
        ("samples_ingested_total", b"samples_ingested_total", ("garmin",)),
        ("jobs_total", b"jobs_total", ("export", "succeeded")),
    ],
)
def test_every_shared_metric_is_exposed_under_its_name(metric: str, name: bytes, labels: tuple[str, ...]) -> None:
    getattr(telemetry, metric).labels(*labels)

    assert name + b"{" in telemetry.render()[0]


def test_several_processes_are_rendered_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    assert telemetry.render()[0].strip() == b""


def test_a_process_without_an_api_shows_its_metrics_on_a_port_of_their_own() -> None:
    telemetry.jobs_total.labels("export", "succeeded").inc()
    server, thread = telemetry.start_server("127.0.0.1", 0)
    try:
        answer = httpx.get(f"http://127.0.0.1:{server.server_port}/metrics")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

    assert answer.status_code == 200
    assert "jobs_total{" in answer.text


def test_a_span_joins_the_trace_of_the_caller(exporter: InMemorySpanExporter) -> None:
    with telemetry.start_server_span("GET /v1/devices", {"traceparent": TRACEPARENT}):
        handed_on = telemetry.current_traceparent()
    flush()

    (span,) = exporter.get_finished_spans()
    assert span.name == "GET /v1/devices"
    assert span.kind is SpanKind.SERVER
    assert span.resource.attributes["service.name"] == "test"
    assert span.parent is not None
    assert span.context is not None
    assert f"{span.parent.span_id:016x}" == SPAN_ID
    assert handed_on == f"00-{TRACE_ID}-{span.context.span_id:016x}-01"


@pytest.mark.parametrize("headers", [{}, {"traceparent": "nonsense"}, {"traceparent": "00-" + "0" * 32 + "-x-01"}])
def test_without_a_usable_parent_a_new_trace_begins(exporter: InMemorySpanExporter, headers: dict[str, str]) -> None:
    with telemetry.start_server_span("job", headers):
        handed_on = telemetry.current_traceparent()
    flush()

    (span,) = exporter.get_finished_spans()
    assert span.parent is None
    assert span.context is not None
    assert handed_on is not None
    assert f"{span.context.trace_id:032x}" in handed_on


def test_a_new_trace_does_not_continue_the_one_around_it(exporter: InMemorySpanExporter) -> None:
    with telemetry.start_server_span("outer", {}), telemetry.start_server_span("inner", {}):
        pass
    flush()

    assert [span.parent for span in exporter.get_finished_spans()] == [None, None]


def test_an_error_is_marked_by_type_without_its_message(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="personal"), telemetry.start_server_span("job", {}):
        raise ValueError("personal")
    flush()

    (span,) = exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes == {"error.type": "ValueError"}
    assert "personal" not in span.to_json()


def test_without_an_endpoint_nothing_is_traced_but_the_callers_trace_is_handed_on() -> None:
    telemetry.configure_tracing(None)

    with telemetry.start_server_span("job", {}) as span:
        assert not span.is_recording()
        assert telemetry.current_traceparent() is None
    with telemetry.start_server_span("job", {"traceparent": TRACEPARENT}):
        assert telemetry.current_traceparent() == TRACEPARENT


@pytest.mark.parametrize("endpoint", ["http://localhost:4318", "http://localhost:4318/v1/traces/"])
def test_an_endpoint_is_the_base_url_of_a_collector(endpoint: str) -> None:
    exporter = telemetry._otlp_exporter(endpoint)

    assert vars(exporter)["_endpoint"] == "http://localhost:4318/v1/traces"
    exporter.shutdown()


def test_an_endpoint_switches_tracing_on_until_shutdown() -> None:
    telemetry.configure_tracing("http://127.0.0.1:9")
    provider = telemetry._Tracing.provider
    telemetry.shutdown_tracing()

    assert provider is not None
    assert telemetry._Tracing.provider is None
