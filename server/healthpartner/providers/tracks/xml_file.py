"""Streams an activity's XML file to its target, and accounts for where it breaks."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from healthpartner.providers.archives import ByteStream, open_plain
from healthpartner.providers.contract import Break, ImportRefused, ImportReport, Limits, OnProgress, Progress
from healthpartner.providers.xml_streams import MALFORMED, XmlStream

PROLOG_BYTES = 512 * 1024


class Target(Protocol):
    @property
    def is_ours(self) -> bool: ...

    def start(self, tag: str, attributes: Mapping[str, str], /) -> None: ...
    def data(self, text: str, /) -> None: ...
    def end(self, tag: str, /) -> None: ...
    def close(self) -> None: ...
    def finish(self) -> None: ...


def read_tracks(
    path: Path, limits: Limits, target: Target, report: ImportReport, on_progress: OnProgress | None
) -> Iterator[None]:
    """Yields whenever the target may have something to take. Raises ImportRefused for another kind of file."""
    xml = XmlStream(target)
    with open_plain(path, limits) as stream:
        try:
            yield from _feed(xml, stream, target, report, on_progress)
        except MALFORMED as error:
            if not report.records_read:
                raise ImportRefused("xml_malformed", "The file is not well-formed XML.") from None
            report.broken = Break("xml_malformed", xml.bytes_read, error.lineno)
    target.finish()
    yield


def _feed(
    xml: XmlStream, stream: ByteStream, target: Target, report: ImportReport, on_progress: OnProgress | None
) -> Iterator[None]:
    for block in stream.blocks():
        xml.feed(block)
        if on_progress is not None:
            on_progress(Progress(xml.bytes_read, stream.total_bytes, report.records_read))
        if xml.bytes_read >= PROLOG_BYTES:
            _refuse_others(target)
        yield
    xml.close()
    _refuse_others(target)


def _refuse_others(target: Target) -> None:
    if not target.is_ours:
        raise ImportRefused("unsupported_format", "The XML file is of another kind.")
