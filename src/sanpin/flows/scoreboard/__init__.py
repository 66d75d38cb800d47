"""How variety, quality and brand stand: for the firm, for regions and for industries.

`figure` says what the figures are, `book` indexes an order book for them, `firm` computes them,
`rows` and `drill` show what each is made of, `kept` reads what loops stored, `words` and
`service` give them to people and programs.
"""
