import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal } from './evaluation-journal.ts'

let folder: string
let path: string
let model: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
  path = join(folder, 'net_eval.resume')
  model = join(folder, 'net.onnx')
  writeFileSync(model, 'weights')
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (pictures = [0, 1, 2]) => openJournal<number>(path, [model], pictures)

test('an interrupted run is resumed, a finished one leaves nothing', () => {
  const first = open()
  expect(first.done.size).toBe(0)
  first.append('a', 1)
  first.append('b', 2)
  const second = open()
  expect([...second.done]).toEqual([
    ['a', 1],
    ['b', 2],
  ])
  second.append('c', 3)
  expect(open().done.size).toBe(3)
  second.remove()
  expect(existsSync(path)).toBe(false)
})

test('a line cut short by a crash is dropped, and the next one stands on its own', () => {
  open().append('a', 1)
  appendFileSync(path, '{"id":"b","resu')
  const again = open()
  expect([...again.done.keys()]).toEqual(['a'])
  again.append('c', 3)
  expect([...open().done.keys()]).toEqual(['a', 'c'])
})

test('other pictures or a changed model starts anew', () => {
  open().append('a', 1)
  expect(open([0, 1, 4]).done.size).toBe(0)
  open([0, 1, 4]).append('a', 1)
  writeFileSync(model, 'other weights')
  expect(open([0, 1, 4]).done.size).toBe(0)
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2)
})
