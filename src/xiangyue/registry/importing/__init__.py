"""Lists of residents from Excel and CSV: read, checked, shown, and only then loaded whole."""
