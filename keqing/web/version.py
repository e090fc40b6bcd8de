from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("keqing")
except PackageNotFoundError:  # run from a source tree that was not installed
    VERSION = "0"
