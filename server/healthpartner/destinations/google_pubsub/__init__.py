"""A Google Cloud Pub/Sub topic of the partner's, with the member as ordering key."""
