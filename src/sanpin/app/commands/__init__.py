"""Commands of the workspace itself; each domain brings its own."""
