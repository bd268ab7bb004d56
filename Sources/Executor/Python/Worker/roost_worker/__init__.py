"""What runs Python functions for an executor: its parent process and the workers forked from it.

Only pyarrow is needed; pandas and numpy are needed by functions of pandas. The one name in `sys.modules` that users'
modules cannot have is that of this package.
"""
