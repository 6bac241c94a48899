"""A call of a partner: up to so many items in, one result for each out, in order. What is malformed never takes what is
sound with it, and an item's `client_id` is known for good.
"""
