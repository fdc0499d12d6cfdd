/**
 * What the registry would hand out, tried as its user: packed, installed into an empty folder, both commands and the README's
 * program run there. Fails on the first thing that does not work.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const network = 'zoo/03_classification/12_resnet20_cifar10/openmapper_resnet20_cifar10.onnx'
const folder = mkdtempSync(join(tmpdir(), 'openmapper-package-'))

function run(command, ...args) {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function expect(text, pattern, what) {
  if (!pattern.test(text)) throw new Error(`${what} printed:\n${text}`)
  console.log(`package: ${what}`)
}

try {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, encoding: 'utf8' })
  const { filename } = JSON.parse(packed.slice(packed.indexOf('[')))[0]
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  run('npm', 'install', `./${filename}`, ...quiet)

  const installed = join(folder, 'node_modules/openmapper')
  cpSync(join(installed, network), join(folder, 'model.onnx'))
  const openmapper = (...args) => run(join(folder, 'node_modules/.bin/openmapper'), ...args)
  expect(run(join(folder, 'node_modules/.bin/hb_mapper'), '--help'), /makertbin/, 'hb_mapper --help')
  expect(openmapper('check', 'model.onnx'), /operators run on the accelerator/, 'openmapper check')
  expect(openmapper('init', 'model.onnx', '-o', 'model_config.yaml'), /Written/, 'openmapper init')

  const config = join(folder, 'model_config.yaml')
  writeFileSync(config, readFileSync(config, 'utf8').replace("calibration_type: 'default'", "calibration_type: 'skip'"))
  const program = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(installed, 'README.md'), 'utf8'))?.[1]
  if (program === undefined) throw new Error('README.md holds no ```ts block')
  writeFileSync(join(folder, 'program.mjs'), program)
  expect(run(process.execPath, 'program.mjs'), /cosine[\s\S]*_quantized_model\.onnx/, "the README's program")
} finally {
  rmSync(folder, { recursive: true })
}
