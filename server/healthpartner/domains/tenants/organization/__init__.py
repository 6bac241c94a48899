"""The partner's own organisation: made with its first key and signing secret, read and renamed by the partner."""
