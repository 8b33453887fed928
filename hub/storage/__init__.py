"""Storage: what the hub must never lose, and how it knows that it did not.

Raw objects (`raw`), lake tables (`lake`), and the control database (`control`)
with ledger, leases, key index and releases. Siblings and the flow's order of
steps are unknown here.
"""
