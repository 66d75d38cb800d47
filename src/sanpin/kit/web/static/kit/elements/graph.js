// <x-graph>: a graph that the server has laid out in layers; pills, curves, pan and zoom.
//
//   {nodes: [{id, label, kind, layer, y, count, href, path, title}],
//    edges: [{from, to, kind, path}]}   kind: material | lot | case | pallet | shipment
import { make, read } from "./paint.js"

const NS = "http://www.w3.org/2000/svg"
const ICONS = { material: "◐", lot: "▤", case: "▢", pallet: "▦", shipment: "➜" }
const WIDE = 176, GAP = 72, ROW = 44, TALL = 28, LEGIBLE = .8

const draw = (tag, attributes = {}, ...children) => {
  const made = document.createElementNS(NS, tag)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

const place = node => ({ x: node.layer * (WIDE + GAP), y: node.y * ROW })
const cut = text => {
  let room = 20, kept = ""
  for (const c of text) {
    room -= c > "⺀" ? 2 : 1
    if (room < 0) return `${kept}…`
    kept += c
  }
  return kept
}

class Graph extends HTMLElement {
  async connectedCallback() {
    if (this.svg) return
    this.svg = draw("svg", { role: "group", "aria-label": this.getAttribute("aria-label") ?? "", tabindex: "0" })
    this.svg.style.height = `${this.getAttribute("height") || 360}px`
    try {
      this.show(await read(this))
    } catch {
      this.append(make("p", { className: "muted", textContent: this.dataset.failed, role: "alert" }))
      return
    }
    this.append(this.svg)
    this.fit()
    this.listen()
  }

  show({ nodes, edges }) {
    const at = new Map(nodes.map(node => [node.id, place(node)]))
    const lines = edges.filter(edge => at.has(edge.from) && at.has(edge.to)).map(edge => {
      const a = at.get(edge.from), b = at.get(edge.to)
      const x = a.x + WIDE, y = a.y + TALL / 2, end = b.y + TALL / 2, bend = Math.max(24, (b.x - x) / 2)
      return draw("path", { class: `edge ${edge.kind ?? ""}${edge.path ? " path" : ""}`, d: `M${x} ${y}C${x + bend} ${y} ${b.x - bend} ${end} ${b.x} ${end}` })
    })
    this.world = draw("g", {}, ...lines.sort((a, b) => a.classList.contains("path") - b.classList.contains("path")), ...nodes.map(node => this.pill(node)))
    const xs = [...at.values()].map(p => p.x), ys = [...at.values()].map(p => p.y)
    this.box = { x: Math.min(...xs, 0) - 8, y: Math.min(...ys, 0) - 8, width: Math.max(...xs, 0) - Math.min(...xs, 0) + WIDE + 24, height: Math.max(...ys, 0) - Math.min(...ys, 0) + TALL + 16 }
    const path = nodes.filter(node => node.path).map(place)
    if (path.length) this.focus = { x: path[0].x + WIDE / 2, y: path[0].y + TALL / 2 }
    this.svg.replaceChildren(this.world)
  }

  pill(node) {
    const { x, y } = place(node)
    const several = node.count > 1
    const label = `${ICONS[node.kind] ?? "●"}  ${cut(node.label)}${several ? ` ×${node.count}` : ""}`
    const shape = [
      draw("title", {}, node.title ?? `${node.label}${several ? ` ×${node.count}` : ""}`),
      ...(several ? [draw("rect", { x: 3, y: 3, width: WIDE, height: TALL, rx: 14 })] : []),
      draw("rect", { width: WIDE, height: TALL, rx: 14 }),
      draw("text", { x: 14, y: TALL / 2 + 4.5 }, label),
    ]
    const name = { class: `pill ${node.kind}${node.path ? " path" : ""}${node.state ? ` ${node.state}` : ""}`, transform: `translate(${x} ${y})` }
    return node.href ? draw("a", { ...name, href: node.href }, ...shape) : draw("g", name, ...shape)
  }

  fit() {
    const width = this.svg.clientWidth || 800, height = this.svg.clientHeight || 360
    // Never smaller than can be read: what does not fit is reached by moving, from the middle on.
    const scale = Math.max(LEGIBLE, Math.min(1, width / this.box.width, height / this.box.height))
    const middle = this.focus ?? { x: this.box.x + this.box.width / 2, y: this.box.y + this.box.height / 2 }
    const along = (room, start, size, at) => size * scale <= room ? (room - size * scale) / 2 - start * scale
      : Math.max(room - (start + size) * scale, Math.min(-start * scale, room / 2 - at * scale))
    this.at = { scale, x: along(width, this.box.x, this.box.width, middle.x), y: along(height, this.box.y, this.box.height, middle.y) }
    this.move()
  }

  move() {
    const { x, y, scale } = this.at
    this.world.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`)
  }

  zoom(factor, x = this.svg.clientWidth / 2, y = this.svg.clientHeight / 2) {
    const scale = Math.max(.2, Math.min(2.5, this.at.scale * factor))
    const ratio = scale / this.at.scale
    this.at = { scale, x: x - (x - this.at.x) * ratio, y: y - (y - this.at.y) * ratio }
    this.move()
  }

  pan(dx, dy) {
    this.at.x += dx
    this.at.y += dy
    this.move()
  }

  listen() {
    const { svg } = this
    svg.addEventListener("wheel", event => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const box = svg.getBoundingClientRect()
      this.zoom(Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top)
    }, { passive: false })
    let held, moved = 0
    svg.addEventListener("pointerdown", event => { held = event; moved = 0 })
    svg.addEventListener("pointermove", event => {
      if (!held || !event.buttons) return
      moved += Math.abs(event.movementX) + Math.abs(event.movementY)
      if (moved > 4) this.pan(event.movementX, event.movementY)
    })
    svg.addEventListener("pointerup", () => { held = undefined })
    svg.addEventListener("click", event => { if (moved > 4) event.preventDefault() }, true)
    svg.addEventListener("keydown", event => {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key]
      if (event.key === "+" || event.key === "=") this.zoom(1.3)
      else if (event.key === "-") this.zoom(1 / 1.3)
      else if (event.key === "0") this.fit()
      else if (step) this.pan(...step)
      else return
      event.preventDefault()
    })
    // A focused pill that lies outside comes into view.
    svg.addEventListener("focusin", event => {
      if (event.target === svg) return
      const box = svg.getBoundingClientRect(), pill = event.target.getBoundingClientRect()
      const dx = Math.max(0, box.left - pill.left) - Math.max(0, pill.right - box.right)
      const dy = Math.max(0, box.top - pill.top) - Math.max(0, pill.bottom - box.bottom)
      if (dx || dy) this.pan(dx, dy)
    })
  }
}
customElements.define("x-graph", Graph)
