"""Nets with named layer groups, what freezing one means, and where weights come from."""
