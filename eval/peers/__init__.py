"""What people would otherwise pick, measured beside ours: same corpus, same vectors, same machine, same run.

Each system is one file here with `open_peer(folder)`; it imports its library itself, and runs in a process of its own.
"""
