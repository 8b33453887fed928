"""The road chiefs' own system, 路长制平台.

What lives here: its lists with their truth (`lists`), its interface and evenings
(`system`). What does not: patrols and re-checks themselves (`hub.demo.ground`).
"""
