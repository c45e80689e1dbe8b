"""`python -m oncometry`: the command line, where its script is not on the path."""

from oncometry.cli import main

if __name__ == "__main__":
    main()
