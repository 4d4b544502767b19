"""Records of the register as an Excel workbook, for whoever may take them out."""
