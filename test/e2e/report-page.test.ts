/** report.html in a browser: drawn without a network, sorted, filtered, and readable on a phone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compactHistogram } from '../../src/calibrate/compact-histogram.ts'
import { Histogram } from '../../src/calibrate/histogram.ts'
import type { PageData } from '../../src/report/page/data.ts'
import { reportDocument } from '../../src/report/page/document.ts'
import type { TrialRow } from '../../src/tune/checkpoint.ts'
import { hasChromium, openChromium } from '../support/chromium.ts'
import { generator } from '../support/random.ts'
import { resolvedInput } from '../support/resolved-input.ts'

const NODES = 500
const HOSTILE = '</script><img src=x onerror="document.title=1"><!--'

function trial(what: string, given: Partial<TrialRow>): TrialRow {
  const figures = { float: 0.5, before: 0.45, after: 0.495 }
  return { what, pictures: 10, ...figures, accepted: undefined, cost: undefined, seconds: 2, ...given }
}

/** A large network's report. */
function pageData(): PageData {
  const next = generator(3)
  const nodes = Array.from({ length: NODES }, (_, i) => {
    const isCpu = i % 50 === 49
    return {
      node: i === 7 ? HOSTILE : `conv_${i}`,
      on: isCpu ? ('CPU' as const) : ('BPU' as const),
      subgraph: isCpu ? undefined : 0,
      type: isCpu ? 'Softmax' : 'HzSQuantizedConv',
      cosine: 1 - (i / NODES) * 0.1 * next(),
      sqnr: i === 0 ? null : 40 - 30 * next(),
      threshold: 1 + next(),
      dataType: i === 3 ? ('int16' as const) : ('int8' as const),
      reason: isCpu ? 'has no accelerator implementation' : '',
    }
  })
  const tensors = nodes.map(({ node }) => {
    const histogram = new Histogram()
    histogram.add(Float32Array.from({ length: 4000 }, () => 3 * (next() + next() + next() - 1.5)))
    return compactHistogram(node, histogram, { min: -3, max: 3 })
  })
  return {
    version: '1.2.3',
    report: {
      model: 'large',
      march: 'bayes',
      inputs: [resolvedInput({ name: 'data' })],
      calibration: {
        method: 'kl',
        biasCorrected: true,
        channelRanges: {},
        asymmetric: false,
        judged: [
          { candidate: 'max', similarity: 0.9 },
          { candidate: 'kl', similarity: 0.99 },
        ],
      },
      thresholds: tensors.map(({ tensor }) => ({
        tensor,
        threshold: 3,
        levels: 127 as const,
        nonNegative: false,
        sharedWith: tensor,
      })),
      weights: {},
      requantized: [],
      tailConvs: [],
      nodes,
      outputs: [{ name: 'out', cosine: 0.99, l1: 0.1, l2: 0.01, chebyshev: 1, similarity: 0.99, integer: false }],
      requests: [],
      verdict: { similarity: 0.99, level: 'good', meaning: 'fine', next: 'go on' },
      costs: {
        summary: 'One activation carries a part of the output error.',
        costs: [
          {
            tensors: [HOSTILE],
            readers: ['conv_12'],
            fix: 'int16',
            error: 0.1,
            gain: 0.5,
            macs: 0.02,
            elements: 0.01,
          },
        ],
        fix: {
          yaml: ['model_parameters:', '  node_info: {"conv_12": {"InputType": "int16"}}'],
          error: 0.1,
          effect: 'it becomes 0.1',
        },
        hints: [`openmapper sensitivity /a/long/path${'/folder'.repeat(12)}_calibrated_model.onnx`],
      },
      lookups: {
        lookups: [
          {
            lookup: HOSTILE,
            before: 'conv_1_y',
            after: 'silu_y',
            form: 'after only',
            errors: { 'before and after': 0.2, 'int16 before': 0.11, 'after only': 0.1 },
            addedTime: { 'before and after': 0, 'int16 before': 0.01, 'after only': 0.005 },
            milliseconds: { 'before and after': 1, 'int16 before': 1.5, 'after only': 1.25 },
          },
        ],
        network: { plain: 20, built: 21.5 },
      },
      seconds: 1,
    },
    histograms: { tensors },
    sensitivity: {
      targets: tensors.map(({ tensor }, i) => ({
        name: `${tensor}_HzCalibration`,
        kind: 'activation' as const,
        tensor,
        threshold: 3,
        bits: 8,
        samples: 2,
        error: i === 12 ? 0.9 : 0.5 * next(),
        'cosine-similarity': 1 - 0.01 * next(),
        mse: 0.01,
        mre: 0.02,
        sqnr: i === 0 ? null : 30,
        chebyshev: 1,
      })),
    },
    evaluation: {
      dataset: 'coco',
      metrics: [{ key: 'ap', title: 'AP' }],
      models: [
        { name: 'float', n: 10, metrics: { ap: 0.5 }, inference: 1 },
        { name: 'quantized', n: 10, metrics: { ap: 0.48 }, inference: 1 },
      ],
      difference: { difference: -0.02, low: -0.03, high: 0.01 },
      changed: undefined,
      pictures: [],
    },
    tuning: {
      isMet: true,
      target: 0.01,
      metric: 'AP',
      pictures: 10,
      float: 0.5,
      before: 0.45,
      after: 0.495,
      difference: undefined,
      ceiling: 0.001,
      changes: [['conv_12', { threshold: 3, bits: 16 }]],
      int16: { count: 1, total: 500 },
      remains: [],
      yaml: HOSTILE,
      trials: [
        trial('float', { before: null, after: null }),
        trial('int16: conv_12', { accepted: true, cost: { int16: 0.125, cpu: 0 } }),
        ...Array.from({ length: 9 }, (_, i) => trial(`int16: conv_2${i}`, { accepted: false })),
      ],
    },
  }
}

test('is one file of moderate size that no name breaks out of', () => {
  const html = reportDocument(pageData())
  expect(html.length).toBeLessThan(2_000_000)
  expect(html.match(/<\/script>/g)).toHaveLength(2)
  expect(html).not.toMatch(/(src|href)="?https?:/)
})

describe.skipIf(!hasChromium)('in Chromium (apt-get install chromium)', () => {
  let folder = ''
  let browser: Browser
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-'))
    writeFileSync(join(folder, 'report.html'), reportDocument(pageData()))
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  /** The page, and everything that went wrong in it or left the machine. */
  async function open(width: number): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('request', (request) => request.url().startsWith('file:') || problems.push(request.url()))
    await page.goto(`file://${folder}/report.html`)
    return { page, problems }
  }

  const firstCells = (page: Page, column: number): Promise<string[]> =>
    page.locator(`#nodes tbody tr td:nth-child(${column})`).allTextContents()

  test('shows tables that sort and filter', async () => {
    const { page, problems } = await open(1280)
    expect(await page.locator('h1').textContent()).toBe('large')
    expect((await firstCells(page, 1))[7]).toBe(HOSTILE)
    expect(await page.title()).toBe('large - OpenMapper report')

    await page.locator('#nodes .chip', { hasText: 'CPU' }).click()
    expect(await firstCells(page, 1)).toEqual(Array.from({ length: 10 }, (_, i) => `conv_${50 * i + 49}`))
    expect(await firstCells(page, 9)).toContain('has no accelerator implementation')
    await page.locator('#nodes .chip', { hasText: 'All' }).click()

    await page.locator('#nodes th', { hasText: 'Cosine' }).getByRole('button').click()
    const falling = (await firstCells(page, 5)).map(Number)
    expect(falling).toEqual(falling.toSorted((a, b) => b - a))
    await page.locator('#nodes th', { hasText: 'Cosine' }).getByRole('button').click()
    const rising = (await firstCells(page, 5)).map(Number)
    expect(rising).toEqual(rising.toSorted((a, b) => a - b))
    expect(rising[0]).toBeLessThan(falling.at(-1)!)

    expect(await page.locator('#costs tbody code').allTextContents()).toEqual([HOSTILE, 'conv_12'])
    expect(await page.locator('#costs pre').textContent()).toBe(
      'model_parameters:\n  node_info: {"conv_12": {"InputType": "int16"}}',
    )
    expect(await page.locator('#look-ups tbody td').allTextContents()).toEqual([
      HOSTILE,
      'after only',
      '0.200',
      '0.110',
      '0.100',
      '1.00',
      '1.50',
      '1.25',
      '+0.5 % of all',
    ])
    expect(await page.locator('#look-ups').textContent()).toContain('takes 20.0 ms')
    const trials = page.locator('#tuning tbody tr')
    expect(await trials.nth(1).locator('td').allTextContents()).toEqual([
      'int16: conv_12',
      'kept',
      '5.00',
      '0.50',
      '13 %',
      '0 %',
      '10',
      '50.00',
      '45.00',
      '49.50',
      '2.0',
    ])
    await page.locator('#tuning .chip', { hasText: 'Kept' }).click()
    expect(await trials.count()).toBe(1)
    expect(await page.locator('#tuning').textContent()).toContain('The target is met')
    expect(await page.locator('#sensitivity tbody code').first().textContent()).toBe('conv_12')
    await page.locator('#nodes input').fill('conv_12')
    expect(new Set(await firstCells(page, 1))).toEqual(
      new Set(['conv_12', ...Array.from({ length: 10 }, (_, digit) => `conv_12${digit}`)]),
    )
    expect(problems).toEqual([])
    await page.close()
  })

  test('draws the curves and the histograms that are in view, more on demand', async () => {
    const { page, problems } = await open(1280)
    await page.locator('#network').scrollIntoViewIfNeeded()
    await page.locator('#network canvas').nth(1).waitFor()
    const cards = page.locator('#thresholds figure')
    const before = await cards.count()
    expect(before).toBeLessThan(NODES)
    await cards.first().scrollIntoViewIfNeeded()
    await cards.first().locator('canvas').waitFor()
    const { data } = await sharp(await cards.first().screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const inked = {
      bars: hasPixel(data, (r, g, b) => b > g + 40 && g > r + 30),
      threshold: hasPixel(data, (r, g, b) => r > Math.max(g, b) + 60),
    }
    expect(inked).toEqual({ bars: true, threshold: true })
    await page.locator('#thresholds .more').click()
    expect(await cards.count()).toBeGreaterThan(before)

    // a click on the curve marks the node in the table
    await page
      .locator('#network .u-over')
      .first()
      .click({ position: { x: 300, y: 60 } })
    expect(await page.locator('#nodes tr.marked').count()).toBe(1)
    expect(problems).toEqual([])
    await page.close()
  })

  test('fits a phone', async () => {
    const { page, problems } = await open(390)
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    const small = await page.evaluate<number>(
      "[...document.querySelectorAll('p, td, h2')].filter((text) => parseFloat(getComputedStyle(text).fontSize) < 12).length",
    )
    expect(small).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })
})

/** Does a picture of RGB bytes have such a pixel? */
function hasPixel(data: Uint8Array, test: (r: number, g: number, b: number) => boolean): boolean {
  for (let i = 0; i < data.length; i += 3) if (test(data[i], data[i + 1], data[i + 2])) return true
  return false
}
