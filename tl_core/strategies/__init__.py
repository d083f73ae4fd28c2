"""What becomes of the source's weights: one strategy, one file, one line in `tl_core.registry`."""
