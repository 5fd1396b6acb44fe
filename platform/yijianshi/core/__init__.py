"""The pure core: the same code decides on the server and in the browser. No I/O, no clock, no chance."""
