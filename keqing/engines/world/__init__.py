"""A province that never was: generated from a seed, known completely, written as a company's spreadsheets."""

from keqing.engines.world.generator import generate
from keqing.engines.world.sheets import write_spreadsheets

__all__ = ["generate", "write_spreadsheets"]
