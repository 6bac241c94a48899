"""Daily figures of members, kept current in the transaction of whatever changes them, and always what a fresh
computation from all samples would say. They answer summaries without opening a single sample.
"""
