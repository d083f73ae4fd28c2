"""Answers to questions, each a generator of events: they come while trainings wait. One question, one file."""
