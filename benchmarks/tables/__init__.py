"""The tables that the rows read, made on the spot from fixed seeds."""
