"""The business, one folder per noun. From outside, a domain is its `service` and its `events`."""
