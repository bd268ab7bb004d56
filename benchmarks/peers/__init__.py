"""The engines that Roost is compared with. Each module has `session(processors)`, a context manager
whose value has a method for each task; `serve` runs one of them in a process of its own.
"""
