import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { mostRunners } from './runner-memory.ts'

function graphWith(channels: number) {
  const net = new Network(1)
  net.output(net.conv(net.input('x', [1, 3, 8, 8]), [channels, 3, 1, 1]))
  return net.model().graph
}

test('a small network gets a second runner, one whose float results or weights fill memory does not', () => {
  const small = graphWith(16)
  const judged = small.outputs.map(({ name }) => name)
  expect(mostRunners(small, { judged, samples: 50, sessions: 2, means: judged })).toBe(2)
  // 4 kB for each sample
  expect(mostRunners(small, { judged, samples: 20_000, sessions: 2, means: [] })).toBe(1)
  // 256 bytes of weights and biases
  expect(mostRunners(small, { judged, samples: 50, sessions: 400_000, means: [] })).toBe(1)
  // so many results at once
  expect(mostRunners(small, { judged, samples: 50, sessions: 2, means: Array(20_000).fill(judged[0]) })).toBe(1)
})
