"""The commands, one module each; ``yijianshi.cli`` gathers them."""
