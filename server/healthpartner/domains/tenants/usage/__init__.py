"""How much an organization calls the API: requests per day, credential and operation, added in batches."""
