"""On-boarding: from a first sample of a partner's data to a draft of its file.

What lives here: reading a sample (`sample`, `sample_web`, `sample_table`), what its
fields look like (`facts`), what their names say (`words`, `synonyms.csv`), the match
with the canonical columns (`matching`, `choosing`), value tables, keys, coordinates,
and the text of the draft (`writing`) or of an empty file (`skeleton`). Place in the
flow: before the first run; nothing here writes into a hub. What does not: judging a
declaration (`hub.partners.check`), fetching for real (`hub.connectors`).

Nothing drafted is a decision. Each line says how sure it is and why, and never shows
a value that tells something about a person.
"""
