"""An HTTPS endpoint of the partner's, called as the Standard Webhooks specification says."""
