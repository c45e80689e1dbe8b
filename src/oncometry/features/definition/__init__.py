"""What every feature is, in plain Python: the specification that the native kernels are tested against."""
