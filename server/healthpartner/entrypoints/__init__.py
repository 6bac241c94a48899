"""The processes: the only package that knows everything."""
