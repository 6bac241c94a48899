"""Background work: a queue in the database whose tickets commit with the data, and the worker that takes them."""
