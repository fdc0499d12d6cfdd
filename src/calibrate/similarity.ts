/** How alike two results are: the figures of the manual's tables. */
import type { Tensor } from '../ir/tensor.ts'

/** Cosine of the angle between two tensors of equal size; 1 when both are all zero, 0 when one is. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0
  let normA = 0
  let normB = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i]
    normA += a[i] * a[i]
    normB += b[i] * b[i]
  }
  return cosineOf(dot, normA, normB)
}

/** The cosine from the product of two tensors and their squared norms. */
export function cosineOf(dot: number, normA: number, normB: number): number {
  if (normA === 0 || normB === 0) return normA === normB ? 1 : 0
  return dot / Math.sqrt(normA * normB)
}

/**
 * Signal to quantization noise in dB: 10 log10(sum a^2 / sum (a - b)^2), with `a` the float values. Infinite where both are
 * equal, minus infinity where a signal of zeros is missed.
 */
export function signalToNoise(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let signal = 0
  let noise = 0
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i]
    signal += a[i] * a[i]
    noise += difference * difference
  }
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise)
}

/** With d = b - a over N elements: L1 = mean|d|, L2 = ||d||_2 / N, Chebyshev = max|d| (the manual's definitions). */
export interface Distances {
  cosine: number
  l1: number
  l2: number
  chebyshev: number
}

export function distances(a: ArrayLike<number>, b: ArrayLike<number>): Distances {
  let sum = 0
  let squares = 0
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(b[i] - a[i])
    sum += difference
    squares += difference * difference
    if (difference > largest) largest = difference
  }
  const count = Math.max(1, a.length)
  return { cosine: cosine(a, b), l1: sum / count, l2: Math.sqrt(squares) / count, chebyshev: largest }
}

/**
 * Likeness of one output: cosine for float outputs, share of equal values for integer ones (class maps).
 */
export function outputSimilarity(expected: Tensor, actual: Tensor): number {
  if (expected.dtype === 'float32') return cosine(expected.floats(), actual.floats())
  const a = expected.data
  const b = actual.data
  let equal = 0
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++
  return a.length === 0 ? 1 : equal / a.length
}
