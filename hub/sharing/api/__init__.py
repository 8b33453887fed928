"""The HTTP interface: what may be read, by whom, and the trace of it."""
