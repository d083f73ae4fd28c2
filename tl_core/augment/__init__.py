"""Random changes of images, `x' = T(x, alpha)`: batched, on tensors, seeded image by image.

`places` moves pixels, `pixels` recolours them, `mixes` blends two images and their labels, `policies` chooses among
such; `views` puts a list of them together, `chance` draws. A new change is a function in one of the four, its line in
`tl_core.registry.AUGMENTATIONS`, and its words (`option.augmentation.<name>`, `script.about.<name>`).
"""
