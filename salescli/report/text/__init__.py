"""How values are written: numbers, words, widths, tables; what no report is needed for."""
