"""The exercises, one a file. See `classroom.exercises.engine.Task` for what a file holds."""
