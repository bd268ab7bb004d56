import ArgumentParser
import Subprocess
import Driver
print("roost")
