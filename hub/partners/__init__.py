"""Cities and partners as they are declared: files in, typed and checked values out.

What lives here: `city.toml`, reference data, partner files and vendor profiles, from
text to types (`loader`), and every refusal in words. What does not: talking to a
partner (`hub.connectors`), rows (`hub.pipeline`).
"""
