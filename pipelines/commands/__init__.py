"""The commands, a module for each thing a person wants to do; `pipelines.cli` puts them together.

Belongs here: parsing words, calling the layer that does the work, saying what came of it. Does not belong
here: the work itself, or how facts are laid out for a person (`pipelines.report`).
"""
