"""The way of a workout out of a GPX file beside it, as Apple Health's export has them."""

from healthpartner.canonical.workouts import Route
from healthpartner.providers.archives import ByteStream, StreamBroken
from healthpartner.providers.contract import ImportRefused, ImportReport
from healthpartner.providers.gpx.target import GpxTarget
from healthpartner.providers.tracks.points import joined
from healthpartner.providers.xml_streams import MALFORMED, XmlStream

MOST_BYTES = 64 * 1024**2


def read_route(stream: ByteStream) -> Route | None:
    """All its tracks as one way; None without a point. Raises StreamBroken for a file that is damaged or too large."""
    target = GpxTarget(ImportReport())
    xml = XmlStream(target)
    try:
        for block in stream.blocks():
            xml.feed(block)
            if xml.bytes_read > MOST_BYTES:
                raise StreamBroken("too_large")
        xml.close()
    except MALFORMED as error:
        raise StreamBroken("xml_malformed") from error
    except ImportRefused as refused:
        raise StreamBroken(refused.reason) from refused
    routes = [route for track in target.tracks if (route := track.points.by_time().route()) is not None]
    return joined(routes)
