"""Metrics that every part shares, in the Prometheus text format, and W3C traces sent over OTLP when asked for.

Labels stay few: routes are templates, never paths; nothing names a tenant, a member or a value. Spans carry the type of
an error and never its message.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from threading import Thread
from wsgiref.simple_server import WSGIServer

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
    start_http_server,
)
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
ProcessCollector(registry=registry)

_SECONDS_OF_WORK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SECONDS_OF_WAITING = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800, 7200, 43200, 86400, 172800)

http_requests_total = Counter(
    "http_requests_total", "Answered requests", ("method", "route", "status"), registry=registry
)
http_request_duration_seconds = Histogram(
    "http_request_duration_seconds",
    "From the request's first byte to the response's last",
    ("method", "route"),
    buckets=_SECONDS_OF_WORK,
    registry=registry,
)
events_recorded_total = Counter(
    "events_recorded_total", "Events written to the outbox", ("stream", "type"), registry=registry
)
deliveries_total = Counter(
    "deliveries_total", "Delivery attempts that ended", ("stream", "kind", "outcome"), registry=registry
)
delivery_lag_seconds = Histogram(
    "delivery_lag_seconds",
    "From recording an event to its acknowledgement",
    ("stream",),
    buckets=_SECONDS_OF_WAITING,
    registry=registry,
)
attempt_duration_seconds = Histogram(
    "attempt_duration_seconds",
    "One publish to a destination of this kind",
    ("kind",),
    buckets=_SECONDS_OF_WORK,
    registry=registry,
)
oldest_undelivered_seconds = Gauge(
    "oldest_undelivered_seconds",
    "Age of the oldest event that waits for its destination",
    ("stream",),
    multiprocess_mode="livemax",
    registry=registry,
)
destination_notices_total = Counter(
    "destination_notices_total",
    "Destinations that keep failing, have cost an event its last attempt, or recovered",
    ("stream", "kind", "notice"),
    registry=registry,
)
deliveries_given_up_total = Counter(
    "deliveries_given_up_total", "Deliveries that failed for good", ("stream", "kind"), registry=registry
)
failing_destinations = Gauge(
    "failing_destinations",
    "Destinations of which the last attempts failed",
    ("stream",),
    multiprocess_mode="livemax",
    registry=registry,
)
backlog_read_timestamp_seconds = Gauge(
    "backlog_read_timestamp_seconds",
    "When a worker last read the two gauges of what is undelivered",
    multiprocess_mode="livemax",
    registry=registry,
)
delivery_database_errors_total = Counter(
    "delivery_database_errors_total", "Times that delivery had to wait for the database", registry=registry
)
samples_ingested_total = Counter(
    "samples_ingested_total", "Samples accepted, by kind of provider", ("provider",), registry=registry
)
retention_total = Counter("retention_total", "What was thinned or deleted for its age", ("kind",), registry=registry)
jobs_total = Counter("jobs_total", "Background jobs that ended", ("kind", "outcome"), registry=registry)


def start_server(host: str, port: int) -> tuple[WSGIServer, Thread]:
    """Shows the metrics on a port of their own, in a thread."""
    return start_http_server(port, host, registry=registry)


@lru_cache(4096)
def _request_metrics(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Looking a metric up by its labels costs more than counting."""
    counted = http_requests_total.labels(method, route, str(status))
    return counted, http_request_duration_seconds.labels(method, route)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    counted, timed = _request_metrics(method, route, status)
    counted.inc()
    timed.observe(seconds)


def render() -> tuple[bytes, str]:
    """The exposition text and its content type; sums over processes where PROMETHEUS_MULTIPROC_DIR is set."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(registry), CONTENT_TYPE_LATEST
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together), CONTENT_TYPE_LATEST


class _Tracing:
    """The process's tracer; the one piece of state here, replaced by `configure_tracing`."""

    provider: TracerProvider | None = None
    tracer: trace.Tracer = trace.NoOpTracer()


_NOT_TRACED = nullcontext(INVALID_SPAN)
_propagator = TraceContextTextMapPropagator()


def configure_tracing(
    endpoint: str | None, service_name: str = "healthpartner", *, exporter: SpanExporter | None = None
) -> None:
    """Send spans in batches to an OTLP/HTTP collector's base URL; without endpoint or exporter none are made."""
    shutdown_tracing()
    exporter = exporter or (_otlp_exporter(endpoint) if endpoint else None)
    if exporter is not None:
        provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service_name}), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        _Tracing.provider, _Tracing.tracer = provider, provider.get_tracer("healthpartner")


def shutdown_tracing() -> None:
    """Send what is left and stop; blocks for as long as the exporter's timeout."""
    if _Tracing.provider is not None:
        _Tracing.provider.shutdown()
    _Tracing.provider, _Tracing.tracer = None, trace.NoOpTracer()


def start_server_span(name: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
    """A span around one request or job, below the caller's where `headers` (lower-case names) has a `traceparent`."""
    if _Tracing.provider is None and "traceparent" not in headers:
        return _NOT_TRACED
    return _server_span(name, headers)


@contextmanager
def _server_span(name: str, headers: Mapping[str, str]) -> Iterator[Span]:
    parent = _propagator.extract(headers) if "traceparent" in headers else Context()
    with _Tracing.tracer.start_as_current_span(
        name, context=parent, kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_status(StatusCode.ERROR)
            span.set_attribute("error.type", type(error).__qualname__)
            raise


def current_traceparent() -> str | None:
    """The W3C header to hand on with outgoing requests, events and jobs, if there is a trace to continue."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def _otlp_exporter(endpoint: str) -> SpanExporter:
    # Imported when used: it brings protobuf and requests, which a start without a collector need not wait for.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    base = endpoint.rstrip("/")
    return OTLPSpanExporter(endpoint=base if base.endswith("/v1/traces") else f"{base}/v1/traces")
