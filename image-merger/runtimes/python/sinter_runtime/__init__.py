"""The Python runtime of fused images. Standard library only, Python 3.9 and later."""
