"""The partner's own account: organization, console members, keys, signing secrets, queues and the audit log."""
