"""Pages of a plan's elements and of what cannot wait. The workspace that holds them together is joint_planning's."""
