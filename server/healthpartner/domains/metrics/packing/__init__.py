"""Old days of sparse metrics, several to a row: what is read of them stays the same, what they cost does not."""
