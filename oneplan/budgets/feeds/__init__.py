"""Files of budgets: what stands in them, what their codes mean, what of them is a figure, and the record kept of it."""
