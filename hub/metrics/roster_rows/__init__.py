"""Rosters, acts and papers as rows to be counted, one builder per kind of row.

What lives here: what coverage, action, rule-building and joint meetings count by
(metrics §6), each row with the place that it counts for. What does not: areas with
their chiefs (`area_rows`), days of duty (`duty_days`), the definitions (`entries`).
"""
