"""All tests. While they are collected nothing is rubbish: to look for it took a third of that time."""

import gc

gc.disable()  # until conftest's pytest_collection_finish
