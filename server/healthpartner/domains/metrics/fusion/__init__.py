"""Several sources of one metric made one: every moment counted once, and nothing lost that only one of them saw.

Pure but for the tenant's own order of sources: arrays in, shares out. docs/fusion.md states the rules in plain words.
"""
