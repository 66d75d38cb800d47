// Drawing of the board on a canvas: heads at the left, time at the top, bars between.
import { fade, font, hatch, language, number, palette } from "./paint.js"

export const AXIS = 40
const STEPS = [15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080] // minutes
const SMALL = 2.5
const USUAL = 24 // width of a bar of mean length when the board opens, at least

/** The least of 1, 2, 5, 10, 20 ... that is not below `least`. */
const round = least => {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)))
  return [1, 2, 5].map(each => each * power).find(each => each >= least) ?? 10 * power
}

// Eight decals, so that a family is known by its pattern as well as by its hue.
const decal = (kind, ink) => {
  const tile = document.createElement("canvas")
  tile.width = tile.height = 8
  const pen = tile.getContext("2d")
  pen.strokeStyle = pen.fillStyle = ink
  const stroke = points => {
    pen.beginPath()
    points.forEach(([x, y], i) => i % 2 ? pen.lineTo(x, y) : pen.moveTo(x, y))
    pen.stroke()
  }
  const draw = [
    () => {},
    () => stroke([[-2, 10], [10, -2], [-2, 2], [2, -2], [6, 10], [10, 6]]),
    () => [[2, 2], [6, 6]].forEach(([x, y]) => pen.fillRect(x - 1, y - 1, 2, 2)),
    () => stroke([[0, 4], [8, 4]]),
    () => stroke([[-2, -2], [10, 10], [-2, 6], [2, 10], [6, -2], [10, 2]]),
    () => stroke([[4, 0], [4, 8]]),
    () => stroke([[0, 4], [8, 4], [4, 0], [4, 8]]),
    () => pen.fillRect(0, 0, 4, 4),
  ][kind % 8]
  draw()
  return tile
}

export class View {
  constructor(canvas, board) {
    this.canvas = canvas
    this.pen = canvas.getContext("2d")
    this.board = board
    this.left = board.from
    this.top = 0
    this.theme()
  }

  theme() {
    this.look = palette()
    this.font = font()
    const { look, pen } = this
    this.styles = new Map(this.board.families.map((family, i) => {
      const hue = look.series[i % 8]
      const decals = pen.createPattern(decal(i % 8 + (i >= 8 ? 3 : 0), fade(hue, .3)), "repeat")
      return [family, { hue, tint: fade(hue, .22), decals, setup: pen.createPattern(hatch(hue, 5, 1.25), "repeat") }]
    }))
    this.closed = look.raise
  }

  size(width, height, ratio) {
    Object.assign(this, { width, height, ratio })
    this.canvas.width = Math.round(width * ratio)
    this.canvas.height = Math.round(height * ratio)
    this.edge = width < 600 ? 104 : 168 // where the heads of the rows end
    this.perUnit ??= this.board.dated ? this.days() : this.usual()
  }

  // Opened, the board shows four days at most, and a day is never too narrow to read.
  days() {
    const day = 86400 / this.board.unit
    return Math.max((this.width - this.edge) / Math.max(1, Math.min(this.board.until - this.board.from, 4 * day)), 180 / day)
  }

  // Without dates it shows everything, as long as bars can still be told apart.
  usual() {
    const { bars, from, until } = this.board
    const mean = bars.reduce((sum, bar) => sum + bar.end - bar.from, 0) / Math.max(1, bars.length)
    return Math.max((this.width - this.edge) / (Math.max(1, until - from) * 1.02), Math.min(1, USUAL / Math.max(1, mean)))
  }

  x(time) { return this.edge + (time - this.left) * this.perUnit }
  time(x) { return this.left + (x - this.edge) / this.perUnit }
  get right() { return this.time(this.width) }

  pan(dx, dy) {
    const { board } = this
    const span = (this.width - this.edge) / this.perUnit
    const slack = span * .1
    this.left = Math.max(board.from - slack, Math.min(this.left + dx / this.perUnit, Math.max(board.from - slack, board.until - span + slack)))
    this.top = Math.max(0, Math.min(this.top + dy, Math.max(0, board.height - (this.height - AXIS))))
  }

  zoom(factor, at = (this.width + this.edge) / 2) {
    const time = this.time(at)
    const least = (this.width - this.edge) / ((this.board.until - this.board.from) * 1.2)
    this.perUnit = Math.max(least, Math.min(this.perUnit * factor, this.board.dated ? this.board.unit / 60 * 12 : 120))
    this.left = time - (at - this.edge) / this.perUnit
    this.pan(0, 0)
  }

  fit() {
    this.perUnit = (this.width - this.edge) / ((this.board.until - this.board.from) * 1.02)
    this.left = this.board.from
    this.pan(0, 0)
  }

  reveal(bar) {
    const lane = this.board.laneOf(bar)
    if (!lane) return
    const room = this.height - AXIS
    if (lane.top < this.top + 28) this.top = Math.max(0, lane.top - 28)
    if (lane.top + lane.height > this.top + room) this.top = lane.top + lane.height - room
    if (this.x(bar.end) > this.width || this.x(bar.from) < this.edge) this.left = (bar.from + bar.end) / 2 - (this.width - this.edge) / this.perUnit / 2
    this.pan(0, 0)
  }

  draw(selected) {
    const { pen, look, width, height, board } = this
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    pen.textBaseline = "middle"
    pen.fillStyle = look.bg
    pen.fillRect(0, 0, width, height)
    const lanes = board.lanesBetween(this.top, this.top + height - AXIS)
    pen.save()
    pen.beginPath()
    pen.rect(this.edge, AXIS, width - this.edge, height - AXIS)
    pen.clip()
    for (const lane of lanes) if (lane.row) this.shade(lane)
    this.grid()
    for (const lane of lanes) if (lane.row) this.lane(lane, selected)
    if (selected) this.due(selected)
    this.nowLine()
    pen.restore()
    for (const lane of lanes) this.head(lane)
    this.axis()
  }

  shade(lane) {
    const { pen } = this
    const y = AXIS + lane.top - this.top
    pen.fillStyle = this.closed
    for (const [from, until] of lane.row.closed ?? []) {
      if (until < this.left || from > this.right) continue
      const x = Math.max(this.edge, this.x(from))
      pen.fillRect(x, y, Math.min(this.width, this.x(until)) - x, lane.height)
    }
    pen.fillStyle = this.look.line
    pen.fillRect(this.edge, y + lane.height - 1, this.width - this.edge, 1)
  }

  lane(lane, selected) {
    for (const bar of this.board.barsBetween(lane, this.left, this.right)) {
      this.bar(bar, AXIS + lane.top - this.top + 4, selected)
    }
  }

  bar(bar, y, selected) {
    const { pen, look } = this
    const style = this.styles.get(bar.family)
    const x = this.x(bar.start), w = Math.max(1, this.x(bar.end) - x)
    pen.globalAlpha = bar.shown ? (selected && selected.job !== bar.job ? .55 : 1) : .12
    if (bar.from < bar.start) {
      const s = this.x(bar.from), ready = this.x(bar.ready)
      pen.fillStyle = w > SMALL ? style.setup : style.hue
      pen.fillRect(s, y + 4, ready - s, 12)
      // Set up, the machine may wait for the work to begin.
      pen.fillStyle = style.hue
      pen.fillRect(ready, y + 9.5, x - ready, 1)
    }
    if (w > SMALL * 2) {
      pen.fillStyle = look.surface
      pen.fillRect(x, y, w - 1, 20)
      pen.fillStyle = style.tint
      pen.fillRect(x, y, w - 1, 20)
      pen.fillStyle = style.decals
      pen.fillRect(x, y, w - 1, 20)
      pen.strokeStyle = style.hue
      pen.lineWidth = 1
      pen.strokeRect(x + .5, y + .5, w - 2, 19)
      pen.fillStyle = style.hue
      pen.fillRect(x, y, Math.min(3, w / 3), 20)
    } else {
      pen.fillStyle = style.hue
      pen.fillRect(x, y, Math.max(w, .75), 20)
    }
    if (w > 44) this.name(bar, x, y, w, style)
    if (bar.late && bar.shown && w > SMALL) this.diamond(x + w - 1, y + 10)
    pen.globalAlpha = 1
    if (selected === bar) {
      pen.strokeStyle = look.ink
      pen.lineWidth = 2
      pen.strokeRect(x - 2, y - 2, w + 3, 24)
    }
  }

  name(bar, x, y, w, style) {
    const { pen } = this
    const start = Math.max(x, this.edge) + 6
    const room = x + w - start - 6
    if (room < 30) return
    pen.font = `11px ${this.font}`
    let text = bar.label || bar.job
    while (text.length > 1 && pen.measureText(text).width > room) text = text.slice(0, -1)
    pen.fillStyle = this.look.surface
    pen.fillRect(start - 1, y + 3, pen.measureText(text).width + 3, 14)
    pen.fillStyle = style.tint
    pen.fillRect(start - 1, y + 3, pen.measureText(text).width + 3, 14)
    pen.fillStyle = this.look.ink
    pen.fillText(text, start, y + 10.5)
  }

  diamond(x, y) {
    const { pen, look } = this
    pen.beginPath()
    pen.moveTo(x, y - 6)
    pen.lineTo(x + 6, y)
    pen.lineTo(x, y + 6)
    pen.lineTo(x - 6, y)
    pen.closePath()
    pen.fillStyle = look.bad
    pen.strokeStyle = look.bg
    pen.lineWidth = 1.5
    pen.fill()
    pen.stroke()
  }

  due(bar) {
    if (bar.due === null || bar.due === undefined) return
    const { pen, look } = this
    const x = Math.round(this.x(bar.due)) + .5
    pen.strokeStyle = bar.late ? look.bad : look.muted
    pen.setLineDash([3, 3])
    pen.lineWidth = 1
    pen.beginPath()
    pen.moveTo(x, AXIS)
    pen.lineTo(x, this.height)
    pen.stroke()
    pen.setLineDash([])
    this.diamond(x, AXIS + 7)
  }

  nowLine() {
    if (this.board.now === undefined || this.board.now === null) return
    const x = Math.round(this.x(this.board.now))
    this.pen.fillStyle = this.look.accent
    this.pen.fillRect(x - 1, AXIS, 2, this.height)
  }

  head(lane) {
    const { pen, look } = this
    const y = AXIS + lane.top - this.top
    if (lane.head !== undefined) {
      pen.fillStyle = look.bg
      pen.fillRect(0, y, this.width, lane.height)
      pen.fillStyle = look.ink
      pen.font = `600 12px ${this.font}`
      pen.fillText(lane.head, 0, y + 16)
    } else {
      pen.fillStyle = look.bg
      pen.fillRect(0, y, this.edge, lane.height)
      pen.fillStyle = look.ink
      pen.font = `12px ${this.font}`
      pen.fillText(lane.row.label, 8, y + 12, this.edge - 54)
      if (lane.row.load !== undefined && lane.row.load !== null) this.load(lane.row.load, y)
    }
    pen.fillStyle = look.line
    pen.fillRect(0, y + lane.height - 1, lane.head === undefined ? this.edge : this.width, 1)
  }

  load(share, y) {
    const { pen, look } = this
    pen.font = `11px ${this.font}`
    pen.fillStyle = look.muted
    pen.textAlign = "right"
    pen.fillText(`${Math.round(share * 100)} %`, this.edge - 10, y + 12)
    pen.textAlign = "left"
    pen.fillStyle = look.line
    pen.fillRect(8, y + 22, this.edge - 18, 2)
    pen.fillStyle = share > .95 ? look.bad : share > .85 ? look.warn : look.accent
    pen.fillRect(8, y + 22, (this.edge - 18) * Math.min(1, share), 2)
  }

  get step() {
    if (!this.board.dated) return round(56 / this.perUnit)
    const perMinute = this.perUnit * 60 / this.board.unit
    return STEPS.find(minutes => minutes * perMinute >= 56) ?? 10080
  }

  // Calls back with the x and the Date of each line of the grid; without dates with the number.
  ticks(minutes, visit) {
    if (!this.board.dated) {
      for (let at = Math.ceil(this.left / minutes) * minutes; at <= this.right; at += minutes) visit(this.x(at), at)
      return
    }
    const size = minutes * 60000
    const clock = this.board.clock(this.left).getTime()
    const perMs = this.perUnit / (this.board.unit * 1000)
    const monday = minutes === 10080 ? 4 * 86400000 : 0
    for (let at = Math.floor((clock - monday) / size) * size + monday; ; at += size) {
      const x = this.edge + (at - clock) * perMs
      if (x > this.width) return
      visit(x, new Date(at))
    }
  }

  grid() {
    const { pen, look } = this
    this.ticks(this.step, (x, at) => {
      const midnight = this.board.dated ? at.getUTCHours() === 0 && at.getUTCMinutes() === 0 : at === 0
      pen.fillStyle = midnight ? fade(look.muted, .45) : fade(look.line, .7)
      pen.fillRect(Math.round(x), AXIS, 1, this.height)
    })
  }

  axis() {
    const { pen, look, width } = this
    pen.fillStyle = look.bg
    pen.fillRect(0, 0, width, AXIS)
    pen.fillStyle = look.line
    pen.fillRect(0, AXIS - 1, width, 1)
    pen.fillRect(this.edge - 1, 0, 1, this.height)
    pen.save()
    pen.beginPath()
    pen.rect(this.edge, 0, width - this.edge, AXIS)
    pen.clip()
    if (this.board.dated) this.dates()
    else this.numbers()
    pen.restore()
  }

  numbers() {
    const { pen } = this
    pen.font = `11px ${this.font}`
    pen.fillStyle = this.look.muted
    this.ticks(this.step, (x, at) => pen.fillText(number(at), x + 4, 28))
  }

  dates() {
    const { pen, look } = this
    const write = options => new Intl.DateTimeFormat(language(), { timeZone: "UTC", ...options })
    const hour = write({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    const days = write({ weekday: "short", day: "numeric", month: "short" })
    pen.font = `11px ${this.font}`
    pen.fillStyle = look.muted
    if (this.step < 1440) this.ticks(this.step, (x, at) => pen.fillText(hour.format(at), x + 4, 28))
    pen.fillStyle = look.ink
    pen.font = `600 12px ${this.font}`
    const every = Math.max(1440, this.step)
    const room = every * 60 / this.board.unit * this.perUnit
    this.ticks(every, (x, at) => {
      const text = room < 90 ? String(at.getUTCDate()) : days.format(at)
      const end = x + room - pen.measureText(text).width - 8
      // A day of which too little is in sight keeps its name to itself.
      if (end >= this.edge) pen.fillText(text, Math.max(x, this.edge) + 4, 12)
    })
  }
}
