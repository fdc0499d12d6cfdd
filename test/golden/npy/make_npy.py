"""NumPy's own .npy files of the array arange(24), for every header a calibration sample may come with.

    python3 make_npy.py
"""
import numpy as np
from numpy.lib import format as npy

values = np.arange(24).reshape(1, 3, 2, 4)

np.save('uint8.npy', values.astype(np.uint8))
np.save('float32.npy', values.astype(np.float32))
np.save('no_batch.npy', values[0].astype(np.uint8))
np.save('float64.npy', values.astype(np.float64))
np.save('int64.npy', values.astype(np.int64))
np.save('big_endian.npy', values.astype('>f4'))
np.save('fortran.npy', np.asfortranarray(values.astype(np.uint8)))
np.save('nhwc.npy', np.ascontiguousarray(values.astype(np.uint8).transpose(0, 2, 3, 1)))
with open('version2.npy', 'wb') as file:
    npy.write_array(file, values.astype(np.float32), version=(2, 0))
