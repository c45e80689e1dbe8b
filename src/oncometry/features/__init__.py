"""Image and segmentation to feature values, as IBSI defines them."""
