/** uPlot in the page's dress. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { element } from './dom.ts'

const INK = '#5b6776'
const GRID = { stroke: '#e8ecf1', width: 1 }
const FONT = '11px system-ui, sans-serif'

export const COLORS = { sqnr: '#1f6feb', cosine: '#0f8a7e', bars: '#7aa7ee', threshold: '#d1242f' } as const

/** An axis with quiet lines. */
export function axis(options: uPlot.Axis): uPlot.Axis {
  return { stroke: INK, grid: GRID, ticks: GRID, font: FONT, labelFont: FONT, ...options }
}

/** Draw into a box that fills its container, once it comes into view and whenever its width changes. */
export function plotBox(
  height: number,
  options: Omit<uPlot.Options, 'width' | 'height'>,
  data: uPlot.AlignedData,
): HTMLElement {
  const box = element('div', { class: 'plot', style: `height:${height}px` })
  let plot: uPlot | undefined
  const sizes = new ResizeObserver(() => {
    if (box.clientWidth > 0) plot?.setSize({ width: box.clientWidth, height })
  })
  const views = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return
    views.disconnect()
    plot = new uPlot({ ...options, width: box.clientWidth, height }, data, box)
    sizes.observe(box)
  })
  views.observe(box)
  return box
}
