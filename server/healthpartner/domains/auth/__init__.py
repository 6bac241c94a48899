"""Who is calling: member tokens issued and verified, and the keys that sign them.

Tenant keys and signing secrets live with the tenants; this domain adds the operations that exchange and rotate them.
"""
