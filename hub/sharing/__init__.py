"""Handing data out: who may see what, in which form, and under which mask."""
