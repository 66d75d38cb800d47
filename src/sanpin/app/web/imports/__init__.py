"""Imports over the web: upload, match the columns, check, save; templates; what came before."""
