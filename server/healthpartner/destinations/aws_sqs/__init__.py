"""Amazon SQS, standard and FIFO queues, reached with our own identity or with a role that the partner lends us."""
