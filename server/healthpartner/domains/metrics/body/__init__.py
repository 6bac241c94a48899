"""Measures of a member's body: what a scale or a tape says at one moment is one entry, kept as one sample for each measure."""
