"""Where members' data comes from, and how new it is: read from sources and headers, without opening a sample."""
