"""The composition root: command line, server, demo and the pages that belong to no domain."""
