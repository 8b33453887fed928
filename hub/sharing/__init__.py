"""What the hub hands to others, and what they may check of it."""
