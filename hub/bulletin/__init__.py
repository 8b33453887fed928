"""The monthly bulletin (通报): a page to print and a workbook, from one month's rows.

What lives here: the value that a bulletin is made from (`content`), reading it from a
month (`gather`), and its two looks (`page`, `book`). Place in the flow: behind
freezing, in front of readers. What does not: figures (`hub.metrics`), scores
(`hub.scoring`), months (`hub.flow.assessment`). Nothing here computes a number that
is not on record already.
"""
