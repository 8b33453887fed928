"""What leaves the hub: who asks, what they get, and the record of it."""
