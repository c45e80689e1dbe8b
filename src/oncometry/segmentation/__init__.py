"""Segmentation: Image -> Segmentation."""
