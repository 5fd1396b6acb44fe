"""The designer's server side: drafts changed by operations, their log, and the pages."""
