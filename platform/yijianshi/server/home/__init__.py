"""The home page, health, the page of the API, and static assets."""
