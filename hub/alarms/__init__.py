"""Who is called when something is wrong: rules, their state, messages and channels.

What lives here: everything about alarms that needs no orchestrator. What does not: when
it is looked (`hub.assets.alarm_sensor`, `hub alarm check`), thresholds and channels as
declared (`hub.partners.alarms`), tables (`hub.storage.alarms`).
"""
