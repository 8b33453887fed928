"""Retention and erasure: values that go everywhere, and tombstones that stay."""
