"""The pages of incidents, front by front."""
