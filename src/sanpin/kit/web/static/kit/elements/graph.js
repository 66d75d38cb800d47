// <x-graph>: a graph that the server has laid out in layers; pills, curves, pan and zoom.
//
//   {nodes: [{id, label, kind, layer, y, count, href, path, title, open}],
//    edges: [{from, to, kind, path}]}   kind: material | lot | case | pallet | shipment
//
// A pill with `open` stands for several things: it is asked for again at `src` with ?open=ID, and the
// server answers with a layout that shows them. Only what is near the window is drawn, so that
// thousands of pills move as one group; from far away all pills together are one shape.
import { make, read } from "./paint.js"
import { draw, steer } from "./svg.js"
import { Layers, SIZE } from "./graph-model.js"

const ICONS = { material: "◐", lot: "▤", case: "▢", pallet: "▦", shipment: "➜" }
const { WIDE, TALL } = SIZE
const LEGIBLE = .8, FAR = .25
const MOST_PILLS = 250, FEW_PILLS = 40, MOST_CURVES = 1500

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
    this.words = JSON.parse(this.dataset.words ?? "{}")
    this.svg = draw("svg", { role: "group", "aria-label": this.getAttribute("aria-label") ?? "", tabindex: "0" })
    this.said = make("p", { className: "sr", role: "status" })
    try {
      this.show(await read(this))
    } catch {
      this.append(make("p", { className: "muted", textContent: this.dataset.failed, role: "alert" }))
      return
    }
    this.append(this.svg, this.tools(), this.said)
    this.fit()
    this.listen()
    // The window of the drawing may change: what comes into sight is drawn, nothing moves.
    this.watch = new ResizeObserver(() => this.cull(true))
    this.watch.observe(this.svg)
  }

  disconnectedCallback() {
    this.watch?.disconnect()
  }

  tools() {
    const { words } = this
    const tool = (label, name, act) => {
      const button = make("button", { type: "button", className: "tool", textContent: label, title: name, aria: { label: name } })
      button.addEventListener("click", act)
      return button
    }
    this.close = tool("⇤", words.close, () => this.ask([]))
    this.close.hidden = true
    return make("div", { className: "graph-tools" }, this.close,
      tool("−", words.out, () => this.zoom(1 / 1.5)), tool("+", words.in, () => this.zoom(1.5)), tool("↔", words.fit, () => this.fit()))
  }

  show(spec) {
    this.model = new Layers(spec)
    this.box = this.model.box
    this.focus = this.model.root && { x: this.model.root.at.x + WIDE / 2, y: this.model.root.at.y + TALL / 2 }
    this.opened = spec.opened ?? []
    this.current = this.model.root ?? this.model.nodes[0]
    this.lit = undefined
    this.drawn = new Map()
    this.lines = draw("g")
    this.pills = draw("g")
    this.world = draw("g", {}, this.lines, this.pills)
    this.svg.replaceChildren(this.world)
    this.region = undefined
    // No higher than its pills need.
    this.svg.style.height = `${Math.min(this.getAttribute("height") || 360, Math.max(120, this.box.height + 56))}px`
  }

  // What is near the window, as elements; what is left behind goes.
  cull(anew = false) {
    const width = this.svg.clientWidth || 800, height = this.svg.clientHeight || 360
    const { x, y, scale } = this.at
    const left = -x / scale, top = -y / scale, right = left + width / scale, bottom = top + height / scale
    const near = this.region
    if (!anew && near && near.scale === scale && left >= near.left && right <= near.right && top >= near.top && bottom <= near.bottom) return
    const more = { x: (right - left) / 2, y: (bottom - top) / 2 }
    this.region = { left: left - more.x, top: top - more.y, right: right + more.x, bottom: bottom + more.y, scale }
    const { nodes, edges } = this.model.within(this.region)
    // Where no label can be read, no pill needs one.
    const far = nodes.length > (scale < FAR ? FEW_PILLS : MOST_PILLS)
    const wanted = new Map((far ? nodes.filter(node => node.path || this.lit?.has(node)).slice(0, FEW_PILLS) : nodes).map(node => [node.id, node]))
    if (this.current) wanted.set(this.current.id, this.current)
    for (const [id, pill] of this.drawn) {
      if (!wanted.has(id)) {
        pill.remove()
        this.drawn.delete(id)
      }
    }
    for (const node of wanted.values()) {
      if (!this.drawn.has(node.id)) {
        const pill = this.pill(node)
        this.drawn.set(node.id, pill)
        this.pills.append(pill)
      }
    }
    this.dots?.remove()
    if (far) {
      this.dots = draw("path", { class: "pills-far", d: nodes.map(({ at }) => `M${at.x} ${at.y}h${WIDE}v${TALL}h${-WIDE}z`).join("") })
      this.world.insertBefore(this.dots, this.pills)
    }
    this.curves(edges)
    this.mark()
  }

  // One path for each kind of line, and one for those on the way to the root.
  curves(edges) {
    const straight = edges.length > MOST_CURVES
    const kinds = new Map()
    for (const edge of edges) {
      const name = `edge ${edge.kind ?? ""}${this.isLit(edge) ? " path" : ""}`.trim()
      kinds.has(name) ? kinds.get(name).push(edge) : kinds.set(name, [edge])
    }
    const last = name => name.endsWith(" path")
    this.lines.replaceChildren(...[...kinds].sort(([a], [b]) => last(a) - last(b)).map(([name, group]) =>
      draw("path", { class: name, d: group.map(edge => this.model.curve(edge, straight && !last(name))).join("") })))
    this.edges = edges
  }

  isLit(edge) {
    return this.lit ? this.lit.has(edge.source) && this.lit.has(edge.target) : edge.path
  }

  pill(node) {
    const { x, y } = node.at
    const several = node.count > 1, opens = several && node.open && this.hasAttribute("src")
    const label = `${ICONS[node.kind] ?? "●"}  ${cut(node.label)}${several ? ` ×${node.count}` : ""}`
    const title = `${node.title ?? node.label}${several ? ` ×${node.count}` : ""}`
    const shape = [
      draw("title", {}, opens ? `${title} · ${this.words.open}` : title),
      ...(several ? [draw("rect", { x: 3, y: 3, width: WIDE, height: TALL, rx: 14 })] : []),
      draw("rect", { width: WIDE, height: TALL, rx: 14 }),
      draw("text", { x: 14, y: TALL / 2 + 4.5 }, label),
    ]
    const name = { class: `pill ${node.kind}${node.path ? " path" : ""}${node.state ? ` ${node.state}` : ""}`, transform: `translate(${x} ${y})` }
    const made = opens ? draw("g", { ...name, role: "button", "aria-expanded": "false" }, ...shape)
      : node.href ? draw("a", { ...name, href: node.href }, ...shape) : draw("g", { ...name, role: "img" }, ...shape)
    // One stop for Tab; arrows lead from pill to pill.
    made.setAttribute("tabindex", node === this.current ? "0" : "-1")
    made.node = node
    if (opens) made.opens = node.open
    return made
  }

  // The way between the root and a pill, in accent.
  light(node) {
    const lit = node && node !== this.model.root ? this.model.between(node) : undefined
    if (lit === this.lit || (!lit && !this.lit)) return
    this.lit = lit
    this.curves(this.edges)
    this.mark()
  }

  mark() {
    for (const pill of this.drawn.values()) pill.classList.toggle("path", this.lit ? this.lit.has(pill.node) : !!pill.node.path)
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
    this.cull(true)
  }

  move() {
    const { x, y, scale } = this.at
    this.world.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`)
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined
      this.cull()
    })
  }

  zoom(factor, x = this.svg.clientWidth / 2, y = this.svg.clientHeight / 2) {
    // From farther away than all of it there is nothing more to see.
    const least = Math.min(LEGIBLE, .9 * Math.min(this.svg.clientWidth / this.box.width, this.svg.clientHeight / this.box.height))
    const scale = Math.max(least, Math.min(2.5, this.at.scale * factor))
    const ratio = scale / this.at.scale
    this.at = { scale, x: x - (x - this.at.x) * ratio, y: y - (y - this.at.y) * ratio }
    this.move()
  }

  pan(dx, dy) {
    this.at.x += dx
    this.at.y += dy
    this.move()
  }

  // Make a pill the one that Tab leads to, bring it into sight and stand on it.
  go(node) {
    if (!node) return
    const { width, height } = this.svg.getBoundingClientRect()
    const { scale } = this.at, x = this.at.x + node.at.x * scale, y = this.at.y + node.at.y * scale
    const dx = Math.max(0, 8 - x) - Math.max(0, x + WIDE * scale - width + 8), dy = Math.max(0, 8 - y) - Math.max(0, y + TALL * scale - height + 8)
    this.drawn.get(this.current?.id)?.setAttribute("tabindex", "-1")
    this.current = node
    if (dx || dy) {
      this.at.x += dx
      this.at.y += dy
      this.move()
    }
    this.cull(!this.drawn.has(node.id))
    const pill = this.drawn.get(node.id)
    pill.setAttribute("tabindex", "0")
    pill.focus({ preventScroll: true })
  }

  // Ask the server for the layout with these groups opened; the pill stays under the reader's hand.
  async ask(opened, node) {
    const address = new URL(this.getAttribute("src"), location.href)
    for (const id of opened) address.searchParams.append("open", id)
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } })
      if (!answer.ok) throw new Error(`${answer.status}`)
      const before = node && { x: this.at.x + node.at.x * this.at.scale, y: this.at.y + node.at.y * this.at.scale }
      this.show(await answer.json())
      this.close.hidden = !this.opened.length
      const first = node && this.model.node(node.id)
      if (first) {
        this.at.x = before.x - first.at.x * this.at.scale
        this.at.y = before.y - first.at.y * this.at.scale
        this.move()
        this.cull(true)
        this.go(first)
      } else this.fit()
      this.said.textContent = this.words.shown?.replace("{count}", this.model.nodes.length) ?? ""
    } catch {
      this.said.textContent = this.dataset.failed
    }
  }

  listen() {
    const { svg } = this
    const dragged = steer(svg, this)
    svg.addEventListener("click", event => {
      const pill = event.target.closest(".pill")
      if (!dragged() && pill?.opens) this.ask([...this.opened, pill.opens], pill.node)
    })
    for (const [name, other] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
      svg.addEventListener(name, event => this.light(event.target.closest(".pill")?.node))
      svg.addEventListener(other, () => this.light(svg.contains(document.activeElement) ? document.activeElement.node : undefined))
    }
    svg.addEventListener("keydown", event => this.key(event))
    // A focused pill that lies outside comes into view.
    svg.addEventListener("focusin", event => {
      if (event.target === svg) return
      const box = svg.getBoundingClientRect(), pill = event.target.getBoundingClientRect()
      const dx = Math.max(0, box.left - pill.left) - Math.max(0, pill.right - box.right)
      const dy = Math.max(0, box.top - pill.top) - Math.max(0, pill.bottom - box.bottom)
      if (dx || dy) this.pan(dx, dy)
    })
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const pill = event.target.closest(".pill")
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (event.key === "+" || event.key === "=") this.zoom(1.3)
    else if (event.key === "-") this.zoom(1 / 1.3)
    else if (event.key === "0") this.fit()
    else if (event.key === "Home" || (event.key === "Enter" && !pill)) this.go(this.model.root ?? this.current)
    else if (event.key === "Escape" && pill) this.svg.focus()
    else if (pill?.opens && (event.key === "Enter" || event.key === " ")) this.ask([...this.opened, pill.opens], pill.node)
    else if (way && pill && !event.shiftKey) this.go(this.model.neighbour(pill.node, ...way))
    else if (way) this.pan(-60 * way[0], -60 * way[1])
    else return
    event.preventDefault()
  }
}
customElements.define("x-graph", Graph)
