"""How variety, quality and brand stand: for the firm, for regions and for industries."""
