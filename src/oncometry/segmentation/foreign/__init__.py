"""Segmenters of other makes behind the one protocol: one make a file, each imported only when a network of it is opened."""
