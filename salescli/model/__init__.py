"""The values of the product: records, money, events. No disk, no clock, no terminal."""
