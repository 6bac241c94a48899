"""Who TCX is among the providers: a format, whose files name what wrote them."""

SLUG = "tcx"
NAME = "TCX file"
