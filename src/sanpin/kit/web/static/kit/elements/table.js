// <x-table>: keyboard rows, column chooser, density. The table itself is the server's.
const saved = key => {
  try { return JSON.parse(localStorage.getItem(key)) ?? {} } catch { return {} }
}

class Table extends HTMLElement {
  connectedCallback() {
    if (this.ready) return
    this.ready = true
    this.table = this.querySelector("table")
    this.key = `sanpin:table:${location.pathname}:${this.id}`
    this.state = { hidden: [], dense: false, ...saved(this.key) }
    this.heads = [...this.table.tHead.rows[0].cells]
    this.tools()
    this.apply()
    this.addEventListener("keydown", event => this.move(event))
    const box = this.querySelector(".table-scroll")
    new ResizeObserver(() => {
      const fits = this.table.offsetWidth <= this.clientWidth + 1
      box.classList.toggle("fits", fits)
      fits ? box.removeAttribute("tabindex") : box.setAttribute("tabindex", "0")
    }).observe(this)
  }

  tools() {
    const place = this.querySelector(".table-tools")
    if (!place) return
    const menu = document.createElement("details")
    menu.className = "menu columns"
    const head = document.createElement("summary")
    head.textContent = place.dataset.columns
    const sheet = document.createElement("div")
    sheet.className = "sheet"
    this.heads.slice(1).forEach(cell => {
      const box = Object.assign(document.createElement("input"), { type: "checkbox" })
      box.checked = !this.state.hidden.includes(cell.dataset.key)
      box.addEventListener("change", () => this.toggle(cell.dataset.key, box.checked))
      const label = document.createElement("label")
      label.append(box, " ", cell.textContent.trim())
      sheet.append(label)
    })
    menu.append(head, sheet)
    const density = Object.assign(document.createElement("button"), {
      type: "button", className: "quiet", textContent: place.dataset.density,
    })
    density.addEventListener("click", () => {
      this.state.dense = !this.state.dense
      this.apply()
    })
    this.density = density
    place.append(menu, density)
  }

  toggle(key, shown) {
    this.state.hidden = this.state.hidden.filter(other => other !== key)
    if (!shown) this.state.hidden.push(key)
    this.apply()
  }

  apply() {
    this.toggleAttribute("data-dense", this.state.dense)
    this.density?.setAttribute("aria-pressed", String(this.state.dense))
    const hidden = new Set(this.state.hidden)
    this.heads.forEach((cell, i) => {
      const away = hidden.has(cell.dataset.key)
      for (const row of this.table.rows) if (row.cells[i]?.colSpan === 1) row.cells[i].hidden = away
    })
    localStorage.setItem(this.key, JSON.stringify(this.state))
  }

  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
    const row = event.target.closest("tbody tr")
    if (!step || !row || event.ctrlKey || event.metaKey || event.altKey) return
    let next = row
    do {
      next = step > 0 ? next.nextElementSibling : next.previousElementSibling
    } while (next && !next.querySelector("a, button"))
    if (!next) return
    event.preventDefault()
    next.querySelector("a, button").focus()
  }
}
customElements.define("x-table", Table)
