"""Behind `oncometry train`: synthesis, segmentation and evaluation put together to draw, learn and judge."""
