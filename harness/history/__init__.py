"""What earlier runs found out: a journal that every run can afford, and the database that it is folded into."""
