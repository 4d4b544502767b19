"""The pages of procedures: lists, a run, working on it, and the editor."""
