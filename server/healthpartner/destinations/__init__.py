"""Outbound plugins: a signed envelope in, one message in a partner's queue out. One folder each."""
