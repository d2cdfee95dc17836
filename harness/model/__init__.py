"""What everything else speaks of: frozen values that import nothing of ours outside this folder."""
