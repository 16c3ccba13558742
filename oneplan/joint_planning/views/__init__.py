"""Pages of joint planning: workspace, stages, participation, editions, adoption."""
