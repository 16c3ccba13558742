"""What is built and run, where, by whom, at what cost: programmes, projects, every snapshot of them, their places."""
