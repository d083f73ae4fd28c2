"""Images drawn on the spot, so that any number of labels is there without a download."""
