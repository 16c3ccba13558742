"""Population, households and backlogs to come in one space, from what the build serves; faces translate it."""
