"""A person's own calendar as an iCalendar feed: sessions and turns of duty, and nothing else."""
