"""Files that partners and members send: a one-time address for the bytes, and a name for what was sent.

Stores one row per upload and the file itself, below the folder of its member.
"""
