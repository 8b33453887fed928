"""What leaves the hub, and to whom: catalogue, decisions, masks, audit, interfaces."""
