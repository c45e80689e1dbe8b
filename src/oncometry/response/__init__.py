"""A timeline of measurements to response by published criteria, each verdict with its proof."""
