"""What leaves the hub: who may have it, in what form, and the trace of it."""
