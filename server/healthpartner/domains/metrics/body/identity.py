"""What one source has measured at one moment is one entry; each measure of it is a sample of its own as well."""

from uuid import UUID

from healthpartner.canonical.entries import BODY_SUMMARY
from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.sample_ids import sample_id
from healthpartner.domains.metrics.body.measures import CODES


def entry_id(source_id: int, at_ms: int) -> str:
    return str(sample_id(BODY_SUMMARY, source_id, at_ms))


def told_with_entry(source_id: int, at_ms: int) -> list[UUID]:
    """The entry, and the samples that it may have been told as."""
    return [sample_id(code, source_id, at_ms) for code in (BODY_SUMMARY, *CODES)]


def told_with_sample(metric: Metric, source_id: int, at_ms: int) -> list[UUID]:
    """The sample, and the entry that it may have been told in."""
    codes = (metric.code, BODY_SUMMARY) if metric.code in CODES else (metric.code,)
    return [sample_id(code, source_id, at_ms) for code in codes]
