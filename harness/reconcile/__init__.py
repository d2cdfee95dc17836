"""Two tables of any two servers held against one another, without moving them.

The ladder: the rows are counted; then every row becomes a checksum inside its own server, and the sums of all checksums
are compared, which proves that the tables are equal; only when they are not are sums by column and by segment of the
key asked for, and only of the segments that differ are rows fetched.
"""
