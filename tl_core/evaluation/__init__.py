"""What a test says about a net, in numpy and plain arithmetic: no torch, no scikit-learn, so pages may use it all.

`answers` is what is kept of a test. `classes` counts it class by class, `calibration` asks whether sureness deserves
belief, `pairing` compares two nets on the same images, `bootstrap` says how far a number depends on the images
that happened to be drawn. `evaluated` and `folded` are the shapes of what a worker finds with scikit-learn beside
these: `tl_core.training.metrics` and `tl_core.runs.folds`.
"""
