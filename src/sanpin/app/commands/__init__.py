"""Commands of the workspace itself; each domain brings its own.

Each module holds the commands of one subject and is loaded when one of them is used. The
docstring of a command is its help: it is written for whoever types it.
"""
