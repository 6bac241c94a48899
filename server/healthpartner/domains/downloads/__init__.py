"""Handing stored files out by signed addresses: the object store's own, or ours where the server holds the files."""
