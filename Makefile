# Every task is a function in tools/dev.py; `make help` lists them.
PYTHON ?= python3
TASKS  := book serve zip lab test setup build lint unit bench format clean

export PORT

.PHONY: help $(TASKS)
help:
	@$(PYTHON) tools/dev.py

$(TASKS):
	@$(PYTHON) tools/dev.py $@
