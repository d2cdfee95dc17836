"""What documents must say: one mechanism (`rule.py`), one folder for each family of rules, one file for each rule."""
