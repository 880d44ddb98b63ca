"""Figures as pictures: what stands where on a sheet, and the one module that draws."""
