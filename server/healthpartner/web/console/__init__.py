"""The console for a partner's people, below `/console`: pages made on the server. Not part of the partner contract.

The only credential here is the session's cookie; tenant keys and member tokens open nothing, and the API takes no cookie.
"""
