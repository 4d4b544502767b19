"""Sessions on the desk and on the phone."""
