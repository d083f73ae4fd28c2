"""The one training loop, and what it is fed with."""
