// <x-map>: places and the ways between them, on a graticule instead of a map.
//
//   {points: [{id, label, lat, lon, title, href, now, count}], lines: [{from, to, count, told}]}   told: dashed
//
// The points are numbered in the order of the journey, or say how many are there where `count` is
// given: their areas grow with it. A label without room is left out until there
// is some, and stands in the title of its point all the time.
import { font, language, make, number, read, short, whenLookChanges } from "./paint.js"
import { draw, steer } from "./svg.js"
import { Plane, settle } from "./map-model.js"

const DOT = 9, LARGEST = 26

const degrees = (value, letters, places) =>
  `${number(Math.abs(value), places)}° ${Math.abs(value) < 1e-9 ? "" : letters[value < 0 ? 1 : 0]}`.trim()

class Places extends HTMLElement {
  async connectedCallback() {
    if (this.svg) return
    this.words = JSON.parse(this.dataset.words ?? "{}")
    this.svg = draw("svg", { role: "group", "aria-label": this.getAttribute("aria-label") ?? "", tabindex: "0" })
    this.svg.style.height = `${this.getAttribute("height") || 320}px`
    try {
      this.spec = await read(this)
    } catch {
      this.append(make("p", { className: "muted", textContent: this.dataset.failed, role: "alert" }))
      return
    }
    this.plane = new Plane(this.spec.points)
    this.pen = make("canvas").getContext("2d")
    this.append(this.svg, this.tools())
    this.fit()
    this.listen()
    this.forget = whenLookChanges(this, () => this.paint(), () => this.svg.clientWidth !== this.width && this.fit())
  }

  disconnectedCallback() {
    this.forget?.()
  }

  tools() {
    const tool = (label, name, act) => {
      const button = make("button", { type: "button", className: "tool", textContent: label, title: name, aria: { label: name } })
      button.addEventListener("click", act)
      return button
    }
    const { words } = this
    return make("div", { className: "graph-tools" }, tool("−", words.out, () => this.zoom(1 / 1.5)),
      tool("+", words.in, () => this.zoom(1.5)), tool("↔", words.fit, () => this.fit()))
  }

  fit() {
    this.width = this.svg.clientWidth || 800
    this.height = this.svg.clientHeight || 320
    this.view = this.plane.fit(this.width, this.height, { x: Math.min(120, this.width / 5), y: 56 })
    this.paint()
  }

  paint() {
    const { svg, plane, view, width, height, spec } = this
    const size = parseFloat(getComputedStyle(svg).fontSize)
    this.pen.font = `${size}px ${font()}`
    const at = id => ({ x: plane.at.get(id).x * view.scale + view.x, y: plane.at.get(id).y * view.scale + view.y })
    const grid = this.graticule(), ways = spec.lines.map(line => this.way(at(line.from), at(line.to), line))
    const points = this.sized(spec.points.map((point, i) => ({ point, text: String(i + 1), radius: DOT, ...at(point.id) })))
    const seen = points.filter(({ x, y, radius }) => x > -radius && y > -radius && x < width + radius && y < height + radius)
    const taken = [...seen.map(({ x, y, radius }) => ({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius })), { x: width - 110, y: 0, width: 110, height: 34 }, { x: 0, y: height - 34, width: 150, height: 34 }]
    const labels = settle(seen.map(({ x, y, point, radius }) => ({ x, y, wide: this.pen.measureText(point.label).width + 4, tall: size * 4 / 3, gap: radius + 4 })), taken, width, height)
    const places = seen.map((one, i) => this.place(one, labels[i]))
    const { length, width: long } = plane.ruler(view, height, 120)
    const bar = draw("g", { class: "ruler" }, draw("path", { d: `M12 ${height - 18}v6h${long}v-6` }), draw("text", { x: 14, y: height - 16 }, length < 1000 ? `${number(length)} m` : `${number(length / 1000)} km`))
    const held = svg.contains(document.activeElement) ? document.activeElement.dataset?.id : undefined
    svg.replaceChildren(this.arrow(), grid, ...ways, ...places, bar)
    if (held) [...svg.querySelectorAll("[data-id]")].find(one => one.dataset.id === held)?.focus({ preventScroll: true })
  }

  // Areas by count, smaller where points are near one another; small ones lie on large ones, and
  // what would stand under another point is left out.
  sized(points) {
    if (points.every(({ point }) => point.count === undefined)) return points
    const most = Math.max(1, ...points.map(({ point }) => point.count)), share = ({ point }) => Math.sqrt(point.count / most)
    const far = (a, b) => Math.hypot(a.x - b.x, a.y - b.y)
    let largest = LARGEST
    points.forEach((a, i) => points.slice(i + 1).forEach(b => { largest = Math.min(largest, far(a, b) / (share(a) + share(b))) }))
    largest = Math.max(largest, LARGEST / 2)
    const found = points.map(one => {
      const text = short(one.point.count)
      return { ...one, text, radius: Math.max(DOT, largest * share(one), this.pen.measureText(text).width / 2 + 3) }
    }).sort((a, b) => b.radius - a.radius)
    return found.map((a, i) => found.slice(i + 1).some(b => far(a, b) < b.radius + this.pen.measureText(a.text).width / 2) ? { ...a, text: "" } : a)
  }

  arrow() {
    return draw("defs", {}, draw("marker", { id: `${this.id}-tip`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, draw("path", { class: "tip", d: "M0 0L8 4L0 8z" })))
  }

  graticule() {
    const { plane, view, width, height } = this
    const { meridians, parallels, places } = plane.graticule(view, width, height)
    const lines = [...meridians.map(({ at }) => `M${at} 0V${height}`), ...parallels.map(({ at }) => `M0 ${at}H${width}`)].join("")
    const [east, north] = language().startsWith("zh") ? [["东", "西"], ["北", "南"]] : [["E", "W"], ["N", "S"]]
    return draw("g", { class: "graticule", "aria-hidden": "true" }, draw("path", { d: lines }),
      ...meridians.filter(({ at }) => at > 24 && at < width - 150).map(({ at, degrees: value }) => draw("text", { x: at, y: 14, "text-anchor": "middle" }, degrees(value, east, places))),
      ...parallels.filter(({ at }) => at > 40 && at < height - 8).map(({ at, degrees: value }) => draw("text", { x: width - 4, y: at - 4, "text-anchor": "end" }, degrees(value, north, places))))
  }

  // Bent to one side, so that there and back are two lines; it ends at the rim of the point.
  way(a, b, { count, told }) {
    const dx = b.x - a.x, dy = b.y - a.y, far = Math.hypot(dx, dy)
    if (far < 2 * DOT) return draw("g")
    const bend = Math.min(48, far / 6), cx = (a.x + b.x) / 2 + dy / far * bend, cy = (a.y + b.y) / 2 - dx / far * bend
    const tx = b.x - cx, ty = b.y - cy, rest = Math.hypot(tx, ty) || 1
    const path = draw("path", { class: told ? "way told" : "way", d: `M${a.x} ${a.y}Q${cx} ${cy} ${b.x - tx / rest * (DOT + 2)} ${b.y - ty / rest * (DOT + 2)}`, "marker-end": `url(#${this.id}-tip)` })
    return count > 1 ? draw("g", {}, path, draw("text", { class: "way-count", x: cx, y: cy }, `×${number(count)}`)) : path
  }

  place({ point, text, radius, x, y }, label) {
    const shape = [draw("title", {}, point.title ?? point.label), draw("circle", { cx: x, cy: y, r: radius }), draw("text", { class: "order", x, y: y + 4, "text-anchor": "middle" }, text)]
    if (label) shape.push(draw("text", { class: "name", x: label.anchor === "start" ? label.x : label.anchor === "end" ? label.x + label.width : label.x + label.width / 2, y: label.y + label.height * .75, "text-anchor": label.anchor }, point.label))
    const name = { class: `place${point.now ? " now" : ""}`, "data-id": point.id }
    return point.href ? draw("a", { ...name, href: point.href }, ...shape) : draw("g", { ...name, role: "img" }, ...shape)
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.max(60, Math.min(5e7, this.view.scale * factor)), ratio = scale / this.view.scale
    this.view = { scale, x: x - (x - this.view.x) * ratio, y: y - (y - this.view.y) * ratio }
    this.later()
  }

  pan(dx, dy) {
    this.view = { ...this.view, x: this.view.x + dx, y: this.view.y + dy }
    this.later()
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined
      this.paint()
    })
  }

  listen() {
    const { svg } = this
    steer(svg, this)
    svg.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key]
      if (event.key === "+" || event.key === "=") this.zoom(1.3)
      else if (event.key === "-") this.zoom(1 / 1.3)
      else if (event.key === "0") this.fit()
      else if (step) this.pan(...step)
      else return
      event.preventDefault()
    })
  }
}
customElements.define("x-map", Places)
