"""IPython.utils: capturing output."""
