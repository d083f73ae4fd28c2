"""A check-up of a person's own images: copies, recordings, blur and darkness, labels that the others contradict."""
