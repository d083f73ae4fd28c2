"""Where and when requests run: the client side that the web process holds. Nothing here imports torch."""
