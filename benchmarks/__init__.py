"""Measurements of whole steps, as ratios to a floor or to themselves.

What lives here: one module per question a decision rests on. What does not:
tests; a benchmark is never a timed test, and no absolute figure is a promise.
"""
