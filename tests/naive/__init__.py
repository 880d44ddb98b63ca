"""Every report a second time, slowly and plainly, from the files of a store.

Test-only. Written from the shared domain text alone: plain YAML and JSON lines are read, each
sentence of a definition is asked of each deal, and nothing of salescli is used.
"""
