"""The desk of window and department staff: the queue and one sub-case."""
