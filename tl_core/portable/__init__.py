"""A trained net as files that others can load: weights with their card, a PyTorch program, ONNX. Needs torch."""
