"""What a contract would have to say for drift to be none: edits of its text, the diff, and the version it asks for."""
