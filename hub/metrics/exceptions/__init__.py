"""Lists of what is missing or odd, place by place: exceptions, not figures.

What lives here: the lists that the policy asks for (mission R05, R36, R45, R53, R60 to
R63), the rules of rosters (model §6) as they stand at a month's end, and flags against
window-dressing (metrics §6.3). Each list is declared as data (`lists`) and filled by
one producer; nothing here changes a figure. What does not: reading facts (`hub.flow`).
"""
