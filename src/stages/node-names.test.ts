import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { silent } from '../reporter.ts'
import { checkNodeNames } from './node-names.ts'

function check(...names: string[]): string[] {
  const n = new Network()
  n.output(n.node('Relu', [n.node('Exp', [n.input('x', [1, 4])])]))
  const warnings: string[] = []
  const reporter = { ...silent, warn: (text: string) => void warnings.push(text) }
  checkNodeNames(names, 'model_parameters.node_info', new Set(['folded']), n.model().graph, reporter)
  return warnings
}

test('nodes of the optimized graph are fine; merged ones are told', () => {
  expect(check('relu2', 'exp1')).toEqual([])
  expect(check('folded')).toEqual([expect.stringMatching(/node_info: node 'folded' was merged/)])
})

test('a name that is none is answered with the nearest', () => {
  expect(() => check('relu3')).toThrow("the model has no node named 'relu3'")
  expect(() => check('relu3')).toThrow(expect.objectContaining({ fix: "did you mean 'relu2'?" }))
  expect(() => check('something else')).toThrow(expect.objectContaining({ fix: expect.stringMatching(/check MODEL/) }))
})
