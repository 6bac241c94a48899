"""What the OpenAPI document and the event schemas say. Written by `make contracts`; change nothing here."""
