"""Bodies of answers of providers' APIs, as files: read whole, one entry after the other."""
