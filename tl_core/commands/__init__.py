"""The commands of `python -m tl_core`, by what they are about."""
