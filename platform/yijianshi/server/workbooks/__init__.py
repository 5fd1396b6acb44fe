"""Excel workbooks of definitions, for those who keep them in a table."""
