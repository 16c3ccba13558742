"""Evidence: indicators with their descriptors, observations by place and period, and honest comparison."""
