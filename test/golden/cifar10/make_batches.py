"""Batches of three pictures in the form of CIFAR-10's "python version": the dict, its keys and types are those of the stock files.

    python3 make_batches.py

Python 2 wrote the stock files. There is none left to ask, so `python2` is that writer's form put together by the rules of
pickletools from the opcodes it used: str as (SHORT_)BINSTRING, BINPUT after every object.
"""
import pickle
import pickletools
import struct

import numpy as np

LABELS = [6, 9, 0]
FILENAMES = ['leptodactylus_pentadactylus_s_000004.png', 'camion_s_000148.png', 'tipper_truck_s_001250.png']
# Byte j of picture i is (7 i + j // 8 + j % 5) % 256: every plane differs, and the files compress.
DATA = np.array([[(7 * i + j // 8 + j % 5) % 256 for j in range(3072)] for i in range(3)], dtype=np.uint8)


def batch(key, data=DATA, labels=LABELS):
    return {key('batch_label'): key('testing batch 1 of 1'), key('labels'): labels, key('data'): data,
            key('filenames'): [key(name) for name in FILENAMES]}


def write(name, content):
    with open(name, 'wb') as file:
        file.write(content)


class Python2(pickle._Pickler):
    """bytes as Python 2's str, nothing else changed."""
    dispatch = dict(pickle._Pickler.dispatch)

    def save_str(self, value):
        short = len(value) < 256
        self.write((b'U' + bytes([len(value)]) if short else b'T' + struct.pack('<i', len(value))) + value)
        self.memoize(value)

    dispatch[bytes] = save_str
    dispatch[str] = lambda self, value: self.save_str(value.encode('latin1'))


def python2(value):
    import io
    file = io.BytesIO()
    Python2(file, 2).dump(value)
    # NumPy's own module of that time.
    content = file.getvalue().replace(b'cnumpy._core.', b'cnumpy.core.')
    again = pickle.loads(content, encoding='latin1')
    assert np.array_equal(again['data'], DATA) and again['labels'] == LABELS
    pickletools.dis(content, out=io.StringIO())
    return content


write('python2', python2(batch(str)))
for protocol in (2, 3, 4):
    write(f'protocol{protocol}_str', pickle.dumps(batch(str), protocol))
    write(f'protocol{protocol}_bytes', pickle.dumps(batch(lambda text: text.encode()), protocol))
write('fortran', pickle.dumps(batch(str, np.asfortranarray(DATA)), 4))
write('float', pickle.dumps(batch(str, DATA[:, :8].astype(np.float32)), 4))
write('narrow', pickle.dumps(batch(str, DATA[:, :8]), 4))
write('label_10', pickle.dumps(batch(str, labels=[6, 9, 10]), 4))
write('two_labels', pickle.dumps(batch(str, labels=[6, 9]), 4))
write('list', pickle.dumps([1, 2], 4))
write('protocol5', pickle.dumps(batch(str), 5))
