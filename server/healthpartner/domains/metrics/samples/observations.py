"""Samples as FHIR R4 Observations: LOINC codes where the catalogue has them, UCUM units always."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import numpy as np

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.sample_ids import sample_id
from healthpartner.canonical.samples import UNKNOWN_OFFSET
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.service import StoredChunk

_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_OURS = "urn:healthpartner:metrics"
# The components of the panel that LOINC calls blood pressure.
_COMPONENTS = {"systolic": "8480-6", "diastolic": "8462-4"}


def observations(chunk: StoredChunk, user_id: UUID) -> Iterator[dict[str, Any]]:
    batch, metric = chunk.batch, chunk.batch.metric
    fixed = {
        "resourceType": "Observation",
        "status": "final",
        "code": _code(metric),
        "subject": {"reference": f"urn:uuid:{user_id}"},
        "device": {"display": chunk.source.device or chunk.source.provider},
    }
    values = [batch.value] if batch.second is None else [batch.value, batch.second]
    for index, start_ms in enumerate(batch.start_ms.tolist()):
        offset, duration_ms = int(batch.offset_minutes[index]), int(batch.duration_ms[index])
        yield {
            **fixed,
            "id": str(sample_id(metric.code, chunk.source_id, start_ms)),
            **_effective(_local(start_ms, offset), _local(start_ms + duration_ms, offset)),
            **_value(metric, [column[index] for column in values]),
        }


def _code(metric: Metric) -> dict[str, Any]:
    codings = [{"system": _OURS, "code": metric.slug, "display": metric.name}]
    if metric.loinc is not None:
        codings.insert(0, {"system": _LOINC, "code": metric.loinc})
    return {"coding": codings, "text": metric.name}


def _local(ms: int, offset_minutes: int) -> datetime:
    instant = samples.instant_of(ms)
    if offset_minutes == UNKNOWN_OFFSET:
        return instant
    return instant.astimezone(timezone(timedelta(minutes=offset_minutes)))


def _effective(start: datetime, end: datetime) -> dict[str, Any]:
    return {"effectiveDateTime": start} if start == end else {"effectivePeriod": {"start": start, "end": end}}


def _value(metric: Metric, values: list[np.float64]) -> dict[str, Any]:
    quantities = [
        {"value": float(value), "unit": metric.unit, "system": _UCUM, "code": metric.ucum} for value in values
    ]
    if len(quantities) == 1:
        return {"valueQuantity": quantities[0]}
    return {
        "component": [
            {
                "code": {"coding": [{"system": _LOINC, "code": _COMPONENTS[name]}], "text": name},
                "valueQuantity": quantity,
            }
            for name, quantity in zip(metric.components, quantities, strict=True)
        ]
    }
