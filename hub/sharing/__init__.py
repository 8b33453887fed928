"""What leaves the hub: masks, join keys, and figures whose small cells stay hidden."""
