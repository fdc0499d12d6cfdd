import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../../test/support/shared-data.ts'
import { isNpy, readNpyHeader } from './npy.ts'

const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(join(projectRoot, 'test/golden/npy', name)))

describe('headers written by NumPy', () => {
  test.each([
    ['uint8.npy', '|u1', false, [1, 3, 2, 4]],
    ['float32.npy', '<f4', false, [1, 3, 2, 4]],
    ['no_batch.npy', '|u1', false, [3, 2, 4]],
    ['float64.npy', '<f8', false, [1, 3, 2, 4]],
    ['int64.npy', '<i8', false, [1, 3, 2, 4]],
    ['big_endian.npy', '>f4', false, [1, 3, 2, 4]],
    ['fortran.npy', '|u1', true, [1, 3, 2, 4]],
    ['version2.npy', '<f4', false, [1, 3, 2, 4]],
  ])('%s', (name, descr, fortranOrder, shape) => {
    const bytes = golden(name)
    const header = readNpyHeader(bytes)!
    expect(header).toMatchObject({ descr, fortranOrder, shape })
    const width = Number(descr[2])
    expect(bytes.byteLength - header.offset).toBe(24 * width)
  })
})

test('what is no .npy, and one that is cut inside its header', () => {
  expect(isNpy(Uint8Array.from([1, 2, 3]))).toBe(false)
  expect(readNpyHeader(new TextEncoder().encode('{"descr": 1}  '))).toBeUndefined()
  expect(readNpyHeader(golden('uint8.npy').subarray(0, 60))).toBeUndefined()
  const unreadable = golden('uint8.npy').slice()
  unreadable.fill(0x20, 10, 120)
  expect(readNpyHeader(unreadable)).toBeUndefined()
})
