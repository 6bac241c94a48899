"""Writes the parts of the Python SDK that say what the OpenAPI document and the event schemas say."""
