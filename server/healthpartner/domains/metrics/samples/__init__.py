"""Samples at rest: one compressed chunk for each member, metric, source and UTC day, with its figures beside it.

The codec, the merge and the buckets are pure: arrays in, arrays or bytes out.
"""
