"""The revisions of the control database, one module each, in order."""
