"""What keeps people and data safe: permissions, sessions, headers, keys."""
