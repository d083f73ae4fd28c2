"""Random changes of images, `x' = T(x, alpha)`: batched, on tensors, seeded image by image."""
