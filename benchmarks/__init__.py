"""How long the harness takes, as ratios against yardsticks measured in the same run."""
