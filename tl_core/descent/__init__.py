"""Gradient descent on surfaces over two weights, in plain numbers: what the lesson's canvas draws, said by Python.

The browser computes the same race for its animation (`pages/kit/descent/maths.js`); `tests/descent` holds both
against `torch.optim`.
"""
