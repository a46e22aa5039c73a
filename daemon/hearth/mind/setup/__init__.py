"""Getting to know each other: questions, how their answers are read, and what comes next."""
