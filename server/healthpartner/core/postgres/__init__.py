"""The embedded PostgreSQL: a real server out of the Python environment, started and stopped by us.

`embedded.EmbeddedPostgres` is the door; `address.PostgresAddress` is what it hands out.
"""
