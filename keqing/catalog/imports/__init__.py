"""What the import kit needs to read a company's own tables of products and batches."""

from keqing.catalog.imports.batches import BATCHES
from keqing.catalog.imports.products import PRODUCTS

__all__ = ["BATCHES", "PRODUCTS"]
