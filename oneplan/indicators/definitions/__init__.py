"""What is defined: the shipped registry and what users of this OnePlan defined beside it, as one."""
