"""The server settings we start with: durable, small, and silent about the data."""

from collections.abc import Mapping

DEFAULTS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "cluster_name": "healthpartner",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    # Health data must not reach the log. The text of an ordinary error may quote a value, and its
    # detail may quote a row: only start, stop, crashes and refused logins are worth writing.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_duration": "off",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}


def arguments(settings: Mapping[str, str]) -> list[str]:
    """Command-line options; they win over the configuration files of the cluster."""
    merged = {**DEFAULTS, **settings}
    return [part for name, value in merged.items() for part in ("-c", f"{name}={value}")]
