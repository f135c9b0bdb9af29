"""Faults: candidates save while processes are killed, the disk fills up, connections break and clocks jump.

`bin/test -m faults` is the long run with 300 candidates; a short one is part of every run. Real processes on the loopback
address and real `kill -9`; what they are to do is drawn from a seed. `reckoning.py` judges, and shares no code with the server.
"""
