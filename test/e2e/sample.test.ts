/**
 * The CIFAR-10 sample as a user runs it: scripts 00 to 05, the demo, Ctrl-C. In a copy of the compiled package, with the
 * pictures of the cache; skipped where those are not there (`openmapper fetch cifar10` gets them) or dist/ is missing.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cifar10Folder } from '../../src/fetch/cifar10.ts'
import { projectRoot } from '../support/shared-data.ts'

const ready =
  existsSync(join(cifar10Folder(), 'test_batch.png')) && existsSync(join(projectRoot, 'dist/bundle/openmapper.js'))
/** No colour codes in what is compared, also where CI asks for colours. */
const PLAIN = { ...process.env, NO_COLOR: '1' }
const GENERATED = /^(model_output|calibration_data_.*|.*\.log)$/

let root: string
let mapper: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sample-'))
  for (const name of ['bin', 'dist', 'zoo', 'package.json']) {
    cpSync(join(projectRoot, name), join(root, name), {
      recursive: true,
      filter: (path) => !GENERATED.test(basename(path)),
    })
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'))
  mapper = join(root, 'zoo/03_classification/12_resnet20_cifar10/mapper')
})
afterAll(() => rmSync(root, { recursive: true }))

/** Run one script from another folder, as a user might; both output streams together. */
function script(name: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('sh', [join(mapper, name), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: PLAIN,
  })
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 })
  return stdout + stderr
}

describe.skipIf(!ready || process.platform === 'win32')('CIFAR-10 sample', { timeout: 180_000 }, () => {
  test('scripts 00 to 05 lead from the float model to a scored INT8 model', () => {
    expect(script('00_init.sh')).toContain('verified')
    expect(script('01_check.sh')).toContain('operators run on the accelerator (bayes)')
    expect(script('02_preprocess.sh').match(/write:.*\.rgb/g)).toHaveLength(100)
    expect(script('03_build.sh')).toContain('End Model Convert')
    expect(readdirSync(join(mapper, 'model_output')).filter((name) => name.endsWith('.onnx'))).toHaveLength(4)
    expect(script('04_inference.sh')).toMatch(/label 3, prob 0\.9\d{4}, class \[cat\]/)
    expect(script('04_inference.sh', 'origin')).toMatch(/label 3, prob 0\.9\d{4}, class \[cat\]/)
    expect(script('05_evaluate.sh', 'test')).toMatch(/_quantized_model\.onnx +0\.9/)
    expect(script('05_evaluate.sh', 'origin', 'test')).toMatch(/_original_float_model\.onnx +0\.9100/)
    const log = readFileSync(join(mapper, 'resnet20_cifar10_original_float_model_eval.log'), 'utf8').trim().split('\n')
    expect(log).toHaveLength(100)
    expect(log[0]).toBe('input_image_name: test_00000 class_id: 3 class_name: cat')
  })

  test('the demo measures float and INT8 on the same pictures', () => {
    const args = [join(root, 'bin/openmapper.js'), 'demo', '--limit', '1000', '--json']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: PLAIN })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ dataset: 'cifar10', n: 1000, float: { metrics: { top1: 0.922, top5: 1 } } })
    expect(Math.abs(result.int8.metrics.top1 - 0.922)).toBeLessThanOrEqual(0.006)
    expect(result.steps.map(({ name }: { name: string }) => name)).toEqual([
      'fetch',
      'check',
      'preprocess',
      'build',
      'infer',
      'evaluate float',
      'evaluate INT8',
    ])
  })

  test('Ctrl-C ends an evaluation and its workers', async () => {
    const args = ['evaluate', '--card', '../model.yaml', '--model', '../openmapper_resnet20_cifar10.onnx', '-p', '2']
    const child = spawn(process.execPath, [join(root, 'bin/openmapper.js'), ...args], {
      cwd: mapper,
      detached: true,
      env: PLAIN,
    })
    let output = ''
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        const started = output.includes('Batch:')
        output += text
        // As the terminal does: the signal reaches every process of the group.
        if (!started && output.includes('Batch:')) process.kill(-child.pid!, 'SIGINT')
      })
    }
    expect({ exitCode: await ended, output }).toMatchObject({ exitCode: 130 })
    expect(output).toContain('ERROR stopped before the end')
    // No process of the group is left.
    expect(() => process.kill(-child.pid!, 0)).toThrow('ESRCH')
  })
})
