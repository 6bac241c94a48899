"""Body measures: what the operations do."""

from healthpartner.domains.metrics.body.ingest import ingest
from healthpartner.domains.metrics.body.reading import read

__all__ = ["ingest", "read"]
