"""Settings over the web: the day, language and theme, people, keys, webhooks, inbox, sample."""
