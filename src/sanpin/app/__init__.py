"""The composition root: command line, server, demo and the pages that belong to no domain.

This is the composition root: only here may every storey be imported. `cli` is the command line,
`commands` its commands that belong to no domain, `server` the web application, `web` its pages
that belong to no domain, `exports` the lists of all domains, and `demo` the sample company.
"""
