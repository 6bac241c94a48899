"""The HTTP edge: a request in, a caller and a unit of work, a response out. Only this package knows HTTP bodies."""
