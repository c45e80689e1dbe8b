"""What computes a network: one package a file, each imported only when it is chosen."""
