"""What a training request does: a run, a race, a sweep, cross-validation, and what they share."""
