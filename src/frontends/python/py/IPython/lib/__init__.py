"""IPython.lib: its printer."""
