"""Sessions of the console: kept on the server, known by a digest, ended by time, by their owner or with their owner."""
