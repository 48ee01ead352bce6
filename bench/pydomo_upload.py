"""pydomo's stream_upload of a table, measured. Usage: pydomo_upload.py HOST:PORT ID SECRET DATASET CSV MODE

MODE `ready`: the DataFrame is there before the clock starts; `file`: reading the CSV with pandas is part of it.
PYDOMO_PATH names a checkout of Domo's Python SDK."""
import json
import os
import resource
import sys
import time

sys.path.insert(0, os.environ['PYDOMO_PATH'])
import pandas as pd
from pydomo import Domo

host, client_id, secret, data_set, path, mode = sys.argv[1:7]


def resident_bytes():
    with open('/proc/self/statm') as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


domo = Domo(client_id, secret, api_host=host, use_https=False)
frame = pd.read_csv(path) if mode == 'ready' else None
idle = resident_bytes()
started = time.perf_counter()
if frame is None:
    frame = pd.read_csv(path)
domo.utilities.stream_upload(data_set, frame, warn_schema_change=False)
ms = (time.perf_counter() - started) * 1000
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({'ms': ms, 'rows': len(frame.index), 'idleBytes': idle, 'rssOverIdleBytes': peak - idle}))
