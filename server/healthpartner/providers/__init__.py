"""Inbound plugins: a vendor's payload in, canonical samples out. One folder each."""
