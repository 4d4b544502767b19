"""Elections on three fronts: everybody, the teller at the box, the desk of who runs them."""
