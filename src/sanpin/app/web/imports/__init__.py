"""Imports over the web: upload, match the columns, check, save; templates; what came before.

`pages` leads people through three steps (send, match, save) and `api` does all of them in one
request. `uploads` keeps the file between the steps, `columns` is the matching as a form, and
`history` reads what was imported before from the audit log.
"""
