"""Training of our network: examples in, weights out."""
