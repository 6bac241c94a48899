"""Sleep: sessions as sources told them, kept untouched, and the nights and naps that are made of them when read."""
