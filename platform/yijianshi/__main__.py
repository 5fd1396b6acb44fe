"""``python -m yijianshi`` is the command ``yijianshi``."""

from .cli import main

main()
