"""The shapes in which the hub keeps and hands out data.

What lives here: one file per dataset, each with one pandera model that is the
only declaration of its columns; the code lists (`codes/`), the formats of
national numbers, the catalogue of rules (`rule_texts/`), and what is derived
from all of these (`derive`). What does not: values of one city, which lie in
the city's folder, and the running of checks (`hub.pipeline.validate`).
"""

from __future__ import annotations

from hub.schemas.columns import Column
from hub.schemas.datasets import DATASETS, Dataset, dataset

__all__ = ["DATASETS", "Column", "Dataset", "dataset"]
