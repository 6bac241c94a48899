"""Events that the contract promises and that nothing announces yet: their schemas are published, marked as not sent. The
domain that announces one takes its class over into its own `events.py`.
"""
