"""The city's platform: an interface for cases, a database for their trail.

What lives here: the system (`system`), what its listings say (`lists`), its HTTP
habits (`interface`), its workflow tables (`trail`), and which of its cases are told
wrongly (`known`). What does not: what happens (`hub.demo.ground`).
"""
