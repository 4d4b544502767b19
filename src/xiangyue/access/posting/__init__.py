"""Posts kept by staff: who may give and end them, the desk for it, and its twin in the API."""
