/** Reading golden files and comparing images with them. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** What differs in type, size or bits, else undefined; axes of length 1 that NumPy drops do not count. */
export function goldenDifference(image: ImageTensor, golden: GoldenResult): string | undefined {
  if (image.dtype !== golden.dtype) return `${image.dtype} is not ${golden.dtype}`
  const sides = [image.shape, golden.shape].map((shape) => shape.filter((side) => side !== 1).join(' x '))
  if (sides[0] !== sides[1]) return `${sides[0]} is not ${sides[1]}`
  const { data } = image
  if (golden.sha256 !== undefined) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return createHash('sha256').update(bytes).digest('hex') === golden.sha256 ? undefined : 'other bits'
  }
  const wanted = Buffer.from(golden.bytes!, 'base64')
  const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(Math.round(data[i] * golden.scale!) - value)), 0)
  return worst <= 1 ? undefined : `up to ${worst} steps`
}
