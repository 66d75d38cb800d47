// The board's data: rows in lanes, bars by row and time, filters, and what lies under a point.

/** Index of the first bar of a sorted list that ends after `time`. */
const firstAfter = (bars, time) => {
  let low = 0, high = bars.length
  while (low < high) {
    const middle = (low + high) >> 1
    bars[middle].end > time ? (high = middle) : (low = middle + 1)
  }
  return low
}

export class Board {
  constructor(data) {
    this.unit = data.unit_seconds ?? 60
    // Plant time is shown as it is written: the wall clock of the origin, whatever its offset.
    // Without an origin times are plain numbers from 0.
    this.dated = Boolean(data.origin)
    this.origin = this.dated ? Date.parse(`${data.origin.replace(/(Z|[+-]\d\d:?\d\d)$/, "").replace(" ", "T")}Z`) : 0
    this.now = data.now
    this.bars = data.bars.map((bar, index) => ({
      ...bar, index, from: bar.setup_start ?? bar.start, ready: bar.setup_end ?? bar.start,
    }))
    this.rows = data.rows
    this.families = [...new Set(this.bars.map(bar => bar.family))].sort()
    this.sites = [...new Set(this.rows.map(row => row.site))]
    const starts = this.bars.map(bar => bar.from)
    this.from = Math.min(...starts, this.now ?? Infinity, 0)
    this.until = this.bars.reduce((most, bar) => Math.max(most, bar.end), this.now ?? 1)
    this.byRow = new Map(this.rows.map(row => [row.id, []]))
    for (const bar of this.bars) this.byRow.get(bar.row)?.push(bar)
    for (const list of this.byRow.values()) list.sort((a, b) => a.start - b.start)
    this.filter({})
  }

  /** Keep only what fits; bars that do not fit are drawn faintly, rows of other sites go. */
  filter({ family = "", site = "", late = false, text = "" }) {
    const words = text.toLowerCase()
    for (const bar of this.bars) {
      bar.shown = (!family || bar.family === family) && (!late || bar.late) &&
        (!words || `${bar.job} ${bar.op ?? ""} ${bar.label ?? ""}`.toLowerCase().includes(words))
    }
    this.lanes = []
    let last
    for (const row of this.rows) {
      if (site && row.site !== site) continue
      if (row.site !== last) this.lanes.push({ head: row.site, height: 28 })
      last = row.site
      this.lanes.push({ row, bars: this.byRow.get(row.id), height: 28 })
    }
    let top = 0
    for (const lane of this.lanes) {
      lane.top = top
      top += lane.height
    }
    this.height = top
    this.visible = this.lanes.flatMap(lane => lane.bars?.filter(bar => bar.shown) ?? [])
  }

  /** Instant of a time as a Date whose UTC fields are the plant's wall clock. */
  clock(time) {
    return new Date(this.origin + time * this.unit * 1000)
  }

  lanesBetween(top, bottom) {
    return this.lanes.filter(lane => lane.top + lane.height > top && lane.top < bottom)
  }

  barsBetween(lane, from, until) {
    const found = []
    for (let i = firstAfter(lane.bars, from); i < lane.bars.length && lane.bars[i].from < until; i++) {
      found.push(lane.bars[i])
    }
    return found
  }

  at(time, y, slack) {
    const lane = this.lanes.find(one => y >= one.top && y < one.top + one.height)
    return lane?.bars && this.barsBetween(lane, time - slack, time + slack).find(bar => bar.shown)
  }

  laneOf(bar) {
    return this.lanes.find(lane => lane.row?.id === bar.row)
  }

  /** The bar to go to from another one: along its row, or to the nearest in the next row. */
  neighbour(bar, dx, dy) {
    const lane = this.laneOf(bar)
    if (dx) {
      const list = lane.bars.filter(one => one.shown)
      return list[list.indexOf(bar) + dx]
    }
    const middle = (bar.start + bar.end) / 2
    for (let i = this.lanes.indexOf(lane) + dy; this.lanes[i]; i += dy) {
      const list = this.lanes[i].bars?.filter(one => one.shown) ?? []
      if (list.length) return list.reduce((best, one) => Math.abs((one.start + one.end) / 2 - middle) < Math.abs((best.start + best.end) / 2 - middle) ? one : best)
    }
    return undefined
  }
}
