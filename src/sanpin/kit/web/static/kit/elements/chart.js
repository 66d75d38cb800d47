// <x-chart>: a spec of words and numbers drawn in the house's look, with its table beside it.
//
//   {type: line | bar | stack | fan | scatter | heat, unit, percent, digits, zoom, horizontal,
//    x: {values, label}, series: [{name, values | points, colour, dash, hrefs}],
//    bands: [{name, low, high}] widest first, as_of, masked: [[from, to]],
//    marks: [{x | y, label}], y: {values} and cells: [[x, y, value]] for heat, source}
import { day, font, make, number, palette, read, root, whenLookChanges } from "./paint.js"
import { options } from "./options.js"
import { init } from "../../vendor/echarts.js"

class Chart extends HTMLElement {
  async connectedCallback() {
    if (this.stage) return
    this.setAttribute("role", "group")
    this.height = Number(this.getAttribute("height") || 280) * root()
    this.stage = make("div", { className: "stage", tabIndex: 0, role: "img", aria: { label: this.getAttribute("aria-label") } })
    this.stage.style.height = `${this.height}px`
    try {
      this.spec = await read(this)
    } catch {
      this.append(make("p", { className: "muted", textContent: this.dataset.failed, role: "alert" }))
      return
    }
    this.append(this.stage, this.foot())
    this.stage.addEventListener("keydown", event => this.walk(event))
    this.paint()
    this.forget = whenLookChanges(this, () => this.paint(), () => this.fit())
  }

  disconnectedCallback() {
    this.forget?.()
    this.plot?.dispose()
    this.plot = this.stage = undefined
    this.querySelectorAll(".stage, .chart-foot").forEach(part => part.remove())
  }

  paint() {
    if (!this.stage.clientWidth) return
    this.plot ??= init(this.stage, null, { renderer: "canvas" })
    // A repaint for another reason may come before the change of width is told.
    if (this.width !== this.stage.clientWidth) this.plot.resize()
    this.width = this.stage.clientWidth
    const words = { asOf: this.dataset.asOf ?? "" }
    this.plot.setOption(options(this.spec, palette(), { font: font(), scale: root(), words, width: this.width }), { notMerge: true })
    this.plot.off("click")
    this.plot.on("click", ({ seriesName, dataIndex }) => {
      const href = this.spec.series?.find(one => one.name === seriesName)?.hrefs?.[dataIndex]
      if (href) location.assign(href)
    })
  }

  fit() {
    if (!this.plot) return this.paint()
    if (this.stage.clientWidth && this.stage.clientWidth !== this.width) {
      this.plot.resize()
      this.paint()
    }
  }

  // Arrow keys move the read-out along the axis.
  walk(event) {
    const count = this.spec.x?.values?.length ?? 0
    const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 7, PageUp: -7 }[event.key]
    if (event.key === "Escape") this.plot.dispatchAction({ type: "hideTip" })
    if (!step || !count) return
    event.preventDefault()
    const start = Math.max(0, this.spec.x.values.indexOf(this.spec.as_of))
    this.at = Math.max(0, Math.min(count - 1, (this.at ?? start - step) + step))
    const known = this.spec.series.findIndex(one => one.values?.[this.at] !== null)
    const index = (this.spec.bands?.length ?? 0) * 2 + Math.max(0, known)
    this.plot.dispatchAction({ type: "showTip", seriesIndex: index, dataIndex: this.at })
  }

  foot() {
    const button = make("button", { type: "button", className: "quiet", textContent: this.dataset.table, aria: { expanded: "false" } })
    button.addEventListener("click", () => {
      const open = !this.sheet?.isConnected
      this.sheet ??= this.rows()
      open ? this.append(this.sheet) : this.sheet.remove()
      this.stage.hidden = open
      button.textContent = open ? this.dataset.chart : this.dataset.table
      button.setAttribute("aria-expanded", String(open))
    })
    const source = make("span", { className: "source", textContent: this.spec.source ?? "" })
    return make("div", { className: "chart-foot" }, source, button)
  }

  // The data behind the drawing, as anyone can read and copy them.
  rows() {
    const { spec } = this
    const write = value => typeof value === "number" ? (spec.percent ? `${number(value * 100, 1)} %` : number(value, spec.digits)) : value === null || value === undefined ? "–" : day(value)
    let heads, body
    if (spec.type === "heat") {
      heads = ["", ...spec.x.values.map(value => day(value))]
      body = spec.y.values.map((name, y) => [name, ...spec.x.values.map((_, x) => spec.cells.find(c => c[0] === x && c[1] === y)?.[2])])
    } else if (spec.type === "scatter") {
      heads = ["", spec.x?.label ?? "x", spec.unit ?? "y"]
      body = spec.series.flatMap(one => one.points.map(p => [p[2] ?? one.name, p[0], p[1]]))
    } else {
      const bands = spec.bands ?? []
      heads = [spec.x?.label ?? "", ...spec.series.map(one => one.name), ...bands.flatMap(one => [`${one.name} ↓`, `${one.name} ↑`])]
      body = spec.x.values.map((x, i) => [x, ...spec.series.map(one => one.values[i]), ...bands.flatMap(one => [one.low[i], one.high[i]])])
    }
    const cell = (value, i) => make("td", { className: i ? "num" : "", textContent: write(value) })
    const table = make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map((text, i) => make("th", { scope: "col", className: i ? "num" : "", textContent: text })))),
      make("tbody", {}, ...body.map(row => make("tr", {}, ...row.map(cell)))))
    const box = make("div", { className: "table-scroll", tabIndex: 0, role: "group", aria: { label: this.getAttribute("aria-label") } }, table)
    box.style.maxHeight = `${this.height}px`
    return box
  }
}
customElements.define("x-chart", Chart)
