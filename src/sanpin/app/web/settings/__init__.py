"""Settings over the web: the day, language and theme, people, keys, webhooks, inbox, sample.

`reader` is what every reader may choose for themselves, `access` who may come in, `inbox` what
the house has to say, `sample` the sample company, and `api` the same for programs.
"""
