"""How long measurements of a tenant's members are kept, and in how much detail: in full, in spans of time, as days, not at
all. A day that is thinned keeps its figures, and is closed to what comes late.
"""
