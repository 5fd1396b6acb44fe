"""Forms: schema, layout and answers become one form state, and HTML."""
