"""Deliveries outward: what partners' systems are sent back, and what they have.

What lives here: from a release to receipts. `granted` asks the one decision, `view`
reads and masks the rows, `written` puts them in the receiver's words, `plan` compares
them with what the receiver has, `run` hands over and notes, `page` shows it. What does
not: declarations (`hub.partners.delivery`), ways of sending (`hub.connectors`), tables
(`hub.storage.outward`).
"""
