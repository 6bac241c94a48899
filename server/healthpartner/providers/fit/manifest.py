"""Who FIT is among the providers: a format, whose files name the device that wrote them."""

SLUG = "fit"
NAME = "FIT file"
