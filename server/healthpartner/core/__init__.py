"""Technical ground: configuration, database, unit of work, clock, ids, encryption, errors, logs and traces."""
