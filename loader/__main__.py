"""`python -m loader`: the same command as `order-loader`."""

from loader.cli import main

main()
