"""What became of the source's features in a trained net."""
