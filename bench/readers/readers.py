"""What pandas and pydomo make of CSV files. Usage: readers.py FILE...; one JSON line a file and reader.

pandas: read_csv with its defaults. pydomo: the same frame as its upload sends it, as CSV (PYDOMO_PATH names a checkout)."""
import csv
import io
import json
import os
import sys

import pandas as pd

pydomo_path = os.environ.get('PYDOMO_PATH')
if pydomo_path:
    sys.path.insert(0, pydomo_path)


def text(value):
    return None if pd.isna(value) else str(value)


for path in sys.argv[1:]:
    result = {'path': path}
    try:
        frame = pd.read_csv(path)
        result['pandas'] = [{str(name): text(row[name]) for name in frame.columns} for _, row in frame.astype(object).iterrows()]
        if pydomo_path:
            sent = frame.to_csv(header=False, index=False)
            names = [str(name) for name in frame.columns]
            rows = csv.reader(io.StringIO(sent))
            result['pydomo'] = [{name: (value if value != '' else None) for name, value in zip(names, row)} for row in rows]
    except Exception as error:
        result['refused'] = f'{type(error).__name__}: {error}'
    print(json.dumps(result))
