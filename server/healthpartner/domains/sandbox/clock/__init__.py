"""A tenant's own time in a sandbox: moved forward, everything that would have happened meanwhile happens, in order."""
