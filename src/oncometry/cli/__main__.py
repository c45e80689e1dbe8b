"""`python -m oncometry.cli`."""

from oncometry.cli import main

main()
