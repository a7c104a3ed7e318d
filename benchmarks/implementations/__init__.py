"""One module per library: how it builds what is measured. Only workers import them."""
