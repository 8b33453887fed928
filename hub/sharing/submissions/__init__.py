"""Submissions: what partners send to the hub, and what becomes of it.

What lives here: receiving (`desk`, `upload`), telling (`status`, `page`), giving
rejected rows back (`rejected`, `workbook`), working off what waits (`working`), and the
HTTP routes beneath the server (`routes`). What does not: the inbox as a source
(`hub.connectors.push`), the steps of a batch (`hub.flow`).
"""
