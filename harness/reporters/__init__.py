"""How a run is told: while it goes on, and as a Report in every form."""
