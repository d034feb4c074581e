from .imports import Import, ImportedRow

__all__ = ["Import", "ImportedRow"]
