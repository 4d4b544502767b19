"""The first page of each front, put together from what the modules offer."""
