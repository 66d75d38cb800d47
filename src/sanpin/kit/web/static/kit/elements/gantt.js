// <x-gantt src>: the schedule board. Thousands of bars on one canvas; mouse, touch and keyboard.
//
//   {origin (null: times are plain numbers), unit_seconds, now, rows: [{id, label, site, load, closed: [[from, until]]}],
//    bars: [{row, job, op, label, family, setup_start, setup_end, start, end, due, late, href,
//    and where there are any: workers: [name], tools: [name], batch: name of the load that is shared}]}
import { language, make, number, read, whenLookChanges } from "./paint.js"
import { Board } from "./gantt-model.js"
import { View } from "./gantt-view.js"

class Gantt extends HTMLElement {
  async connectedCallback() {
    if (this.stage) return
    this.words = JSON.parse(this.dataset.words || "{}")
    this.stage = make("div", { className: "stage", tabIndex: 0, role: "application", aria: { label: this.getAttribute("aria-label"), describedby: `${this.id}-said` } })
    this.said = make("p", { id: `${this.id}-said`, className: "sr", role: "status" })
    this.panel = make("div", { className: "gantt-panel", hidden: true })
    this.canvas = make("canvas")
    this.stage.append(this.panel)
    this.stage.style.height = `${this.getAttribute("height") || 560}px`
    this.append(this.stage, this.said)
    try {
      this.board = new Board(await read(this))
    } catch {
      this.append(make("p", { className: "muted", textContent: this.words.failed, role: "alert" }))
      return
    }
    this.chosen = { family: "", site: "", late: false, text: "" }
    this.prepend(this.bar())
    this.view = new View(this.canvas, this.board)
    if (this.board.now !== undefined && this.board.now !== null) this.view.left = this.board.now - 4 * 3600 / this.board.unit
    this.listen()
    // A canvas in the page means: the board hears what is pressed.
    this.stage.prepend(this.canvas)
    this.forget = whenLookChanges(this.stage, () => { this.view.theme(); this.fit() }, () => this.fit())
  }

  disconnectedCallback() {
    this.forget?.()
    this.replaceChildren()
    this.stage = undefined
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.stage
    if (!width) return
    this.view.size(width, height, devicePixelRatio || 1)
    this.view.pan(0, 0)
    this.redraw()
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined
      this.view.draw(this.selected)
    })
  }

  // Filters and zoom stand above the board; the families double as its legend.
  bar() {
    const { words, board } = this
    const change = () => {
      board.filter(this.chosen)
      this.view.pan(0, 0)
      this.count.textContent = `${number(board.visible.length)} / ${number(board.bars.length)}`
      this.redraw()
    }
    const menu = (key, all, options) => {
      const select = make("select", { aria: { label: all } }, make("option", { value: "", textContent: all }), ...options.map(value => make("option", { value, textContent: value })))
      select.addEventListener("change", () => { this.chosen[key] = select.value; change() })
      return select
    }
    const text = make("input", { type: "search", placeholder: words.find, aria: { label: words.find } })
    text.addEventListener("input", () => { this.chosen.text = text.value; change() })
    const late = make("input", { type: "checkbox" })
    late.addEventListener("change", () => { this.chosen.late = late.checked; change() })
    const tool = (label, name, act) => {
      const button = make("button", { type: "button", className: "tool", textContent: label, title: name, aria: { label: name } })
      button.addEventListener("click", () => { act(); this.redraw() })
      return button
    }
    this.count = make("span", { className: "muted", role: "status" })
    this.count.textContent = `${number(board.visible.length)} / ${number(board.bars.length)}`
    return make("div", { className: "gantt-bar" }, text,
      menu("family", words.families, board.families), menu("site", words.sites, board.sites),
      make("label", {}, late, ` ${words.late}`), this.count,
      make("span", { className: "gantt-tools" },
        tool("−", words.out, () => this.view.zoom(1 / 1.5)), tool("+", words.in, () => this.view.zoom(1.5)),
        tool("↔", words.fit, () => this.view.fit()), tool("▦", words.table, () => this.sheet())))
  }

  listen() {
    const { stage, view } = this
    stage.addEventListener("wheel", event => {
      const x = event.clientX - stage.getBoundingClientRect().left
      const zooming = event.ctrlKey || event.metaKey, { left, top } = view
      if (zooming) view.zoom(Math.exp(-event.deltaY / 200), Math.max(view.edge, x))
      else event.shiftKey ? view.pan(event.deltaY, 0) : view.pan(event.deltaX, event.deltaY)
      // At its ends the board lets the page scroll on.
      if (zooming || left !== view.left || top !== view.top) event.preventDefault()
      this.redraw()
    }, { passive: false })
    this.pointers = new Map()
    stage.addEventListener("pointerdown", event => this.press(event))
    stage.addEventListener("pointermove", event => this.drag(event))
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, event => this.release(event))
    stage.addEventListener("keydown", event => this.key(event))
  }

  press(event) {
    if (this.panel.contains(event.target)) return
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    this.moved = 0
    this.stage.setPointerCapture(event.pointerId)
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId)
    if (!before) return
    const others = [...this.pointers.entries()].filter(([id]) => id !== event.pointerId).map(([, at]) => at)
    const dx = event.clientX - before.x, dy = event.clientY - before.y
    if (others.length) {
      const apart = at => Math.hypot(at.x - others[0].x, at.y - others[0].y) || 1
      const middle = (event.clientX + others[0].x) / 2 - this.stage.getBoundingClientRect().left
      this.view.zoom(apart({ x: event.clientX, y: event.clientY }) / apart(before), Math.max(this.view.edge, middle))
    } else this.view.pan(-dx, -dy)
    this.moved += Math.abs(dx) + Math.abs(dy)
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    this.redraw()
  }

  release(event) {
    if (!this.pointers.delete(event.pointerId) || this.moved > 4) return
    const box = this.stage.getBoundingClientRect()
    const x = event.clientX - box.left, y = event.clientY - box.top - 40
    this.select(x > this.view.edge && y > 0 ? this.board.at(this.view.time(x), y + this.view.top, 3 / this.view.perUnit) : undefined, true)
  }

  key(event) {
    if (event.target !== this.stage || event.ctrlKey || event.metaKey || event.altKey) return
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    const { view, board } = this
    if (event.key === "+" || event.key === "=") view.zoom(1.5)
    else if (event.key === "-") view.zoom(1 / 1.5)
    else if (event.key === "0") view.fit()
    else if (event.key === "Escape") this.select(undefined)
    else if (event.key === "Enter") this.selected ? this.panel.querySelector("a")?.focus() : this.select(board.visible.find(bar => bar.end > view.left) ?? board.visible[0], true)
    else if (move && event.shiftKey) view.pan(move[0] * 80, move[1] * 56)
    else if (move && this.selected) this.select(board.neighbour(this.selected, ...move) ?? this.selected, true)
    else if (move) view.pan(move[0] * 80, move[1] * 56)
    else return
    event.preventDefault()
    this.redraw()
  }

  when(time) {
    if (!this.board.dated) return number(time)
    return new Intl.DateTimeFormat(language(), { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(this.board.clock(time))
  }

  facts(bar) {
    const { words } = this
    const row = this.board.rows.find(one => one.id === bar.row)
    return [
      [words.machine, `${row.label} · ${row.site}`], [words.family, bar.family],
      ...(bar.from < bar.ready ? [[words.setup, this.when(bar.from)]] : []),
      [words.start, this.when(bar.start)], [words.end, this.when(bar.end)],
      ...[[words.workers, bar.workers?.join(", ")], [words.tools, bar.tools?.join(", ")], [words.batch, bar.batch]].filter(([, value]) => value),
      ...(bar.due === undefined || bar.due === null ? [] : [[words.due, `${this.when(bar.due)}${bar.late ? ` ◆ ${words.late}` : ""}`]]),
    ]
  }

  select(bar, open = false) {
    this.selected = bar
    this.panel.hidden = !(bar && open)
    if (bar) {
      const title = [bar.job, bar.op].filter(value => value !== undefined && value !== "").join(" · ")
      const facts = this.facts(bar)
      this.panel.replaceChildren(
        make("p", {}, bar.href ? make("a", { href: bar.href, textContent: title }) : make("b", { textContent: title })),
        ...(bar.label && bar.label !== title ? [make("p", { className: "muted", textContent: bar.label })] : []),
        make("dl", {}, ...facts.map(([name, value]) => make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value })))))
      this.said.textContent = [title, ...facts.map(([name, value]) => `${name} ${value}`)].join(", ")
      this.view.reveal(bar)
    }
    this.dispatchEvent(new CustomEvent("gantt:select", { detail: bar, bubbles: true }))
    this.redraw()
  }

  // Everything on the board as a table, for reading aloud, copying and printing.
  sheet() {
    if (this.rows?.isConnected) {
      this.rows.remove()
      this.stage.hidden = false
      return
    }
    const { words } = this
    const heads = [words.job, words.machine, words.family, words.start, words.end, words.due]
    const machines = new Map(this.board.rows.map(row => [row.id, row.label]))
    const cells = bar => [[bar.job, bar.op].filter(Boolean).join(" · "), machines.get(bar.row), bar.family, this.when(bar.start), this.when(bar.end), bar.due === null || bar.due === undefined ? "–" : `${this.when(bar.due)}${bar.late ? " ◆" : ""}`]
    this.rows = make("div", { className: "table-scroll", tabIndex: 0, role: "group", aria: { label: this.getAttribute("aria-label") } },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(text => make("th", { scope: "col", textContent: text })))),
        make("tbody", {}, ...this.board.visible.map(bar => make("tr", {}, ...cells(bar).map((text, i) => make("td", {}, i === 0 && bar.href ? make("a", { href: bar.href, textContent: text }) : text)))))))
    this.append(this.rows)
    this.stage.hidden = true
  }
}
customElements.define("x-gantt", Gantt)
