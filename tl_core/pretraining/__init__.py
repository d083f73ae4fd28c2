"""Making sources: nets trained on a large task of their own, whose body is kept with a card."""
