"""Who GPX is among the providers: a format, whose files name what wrote them."""

SLUG = "gpx"
NAME = "GPX file"
