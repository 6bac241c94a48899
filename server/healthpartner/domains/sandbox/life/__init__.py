"""How a synthetic person lives, and what their devices notice of it: pure functions of persona, seed and day.

Each day is drawn by itself, so that a day is the same whenever it is asked for; what lasts longer than a day, such as
fitness, an illness or a journey, is drawn once for its whole span.
"""
