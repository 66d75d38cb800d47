"""Who may do what: roles, passwords, tokens."""
