"""Service levels over time, without clock or network: when data is expected, whether it came, what budget is left."""
