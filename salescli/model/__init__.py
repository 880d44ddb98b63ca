"""The values of the product: records, money, events, expressions. No disk, no clock, no terminal."""
