/** Reading golden files and comparing images with them. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ImageTensor } from '../../../src/image/image-tensor.ts'

const folder = import.meta.dirname

/** What store.py wrote: a hash where every bit counts, else bytes of value * scale, good to one step. */
export interface GoldenResult {
  dtype: string
  shape: number[]
  sha256?: string
  bytes?: string
  scale?: number
}

export function readGolden<Case>(name: string): Case[] {
  return JSON.parse(readFileSync(goldenPath(name), 'utf8')) as Case[]
}

export function goldenPath(name: string): string {
  return join(folder, name)
}

/** Same size, type and bits; axes of length 1 that NumPy drops do not count. */
export function expectGolden(image: ImageTensor, golden: GoldenResult): void {
  expect(image.dtype).toBe(golden.dtype)
  expect(image.shape.filter((side) => side !== 1)).toEqual(golden.shape.filter((side) => side !== 1))
  const { data } = image
  if (golden.sha256 !== undefined) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(golden.sha256)
    return
  }
  const wanted = Buffer.from(golden.bytes!, 'base64')
  expect(data.length).toBe(wanted.length)
  const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(Math.round(data[i]! * golden.scale!) - value)), 0)
  expect(worst).toBeLessThanOrEqual(1)
}
